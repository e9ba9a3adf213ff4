using System.Reflection;

namespace Chat.Protocol.Tests;

/// <summary>Records whose copies and equality are written by hand.</summary>
public sealed class RecordTests
{
    public static TheoryData<object, object> Pairs => new()
    {
        {
            new Receipt("1", "a", 3, "e.3", DateTimeOffset.UnixEpoch, duplicate: false),
            new Receipt("2", "b", 4, "e.4", DateTimeOffset.MaxValue, duplicate: true)
        },
        {
            new Message { Id = "1", Stream = "a", Offset = 3, Position = "e.3", From = "a", To = "b", Content = "c", SentAt = DateTimeOffset.UnixEpoch },
            new Message { Id = "2", Stream = "b", Offset = 4, Position = "e.4", From = "c", To = "d", Content = "e", SentAt = DateTimeOffset.MaxValue }
        },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void EveryProperty_IsCopiedAndCompared(object record, object other)
    {
        var properties = record.GetType().GetProperties(BindingFlags.Instance | BindingFlags.Public).ToList();
        properties.Should().HaveCountGreaterThan(5);
        foreach (var property in properties)
        {
            var copy = Copy(record);
            copy.Should().Be(record);
            property.GetValue(copy).Should().Be(property.GetValue(record));
            property.SetValue(copy, property.GetValue(other));
            copy.Should().NotBe(record, because: property.Name);
        }
    }

    private static object Copy(object record) => record switch
    {
        Receipt receipt => receipt with { },
        Message message => message with { },
        _ => throw new ArgumentException($"{record.GetType()} is no record of this test.", nameof(record)),
    };
}
