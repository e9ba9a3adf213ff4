using System.Text;
using Chat.LoadTests.Generator;

namespace Chat.LoadTests.Tests;

public sealed class StampTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1_234_567_890_123_456_789)]
    [InlineData(long.MaxValue)]
    public void Value_IsReadAsWritten(long value)
    {
        var digits = new byte[Stamp.Digits];

        Stamp.Write(digits, value);

        Stamp.Read(digits).Should().Be(value);
    }

    [Fact]
    public void Frame_CarriesTheStampInEachPlace()
    {
        var frame = new StampedFrame($"{{\"id\":\"{Stamp.Empty[2..]}\",\"content\":\"{Stamp.Content(30)}\"}}");
        var bytes = new byte[frame.Length];

        frame.CopyTo(bytes, 42);

        Encoding.UTF8.GetString(bytes.AsSpan(6)).Should().Be("{\"id\":\"0000000000000000042\",\"content\":\"T=0000000000000000042xxxxxxxxx\"}");
    }

    [Fact]
    public void Stamps_AreFoundInTurn()
    {
        ReadOnlySpan<byte> text = "a T=0000000000000000001 b T=0000000000000000002 T=3"u8;
        var found = new List<long>();

        while (Stamp.TryFind(ref text, out var value))
            found.Add(value);

        found.Should().Equal(1, 2);
    }
}
