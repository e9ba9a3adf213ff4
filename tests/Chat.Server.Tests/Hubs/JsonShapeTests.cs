using System.Text.Json;
using Chat.Protocol;
using Chat.Server.Hubs;
using MessagePack;
using MessagePack.Resolvers;

namespace Chat.Server.Tests.Hubs;

/// <summary>The shape of contracts in MessagePack.</summary>
public sealed class JsonShapeTests
{
    private static readonly MessagePackSerializerOptions Options =
        MessagePackSerializerOptions.Standard.WithResolver(CompositeResolver.Create(JsonShapeResolver.Instance, StandardResolver.Instance));

    [Theory]
    [InlineData("123456789012345678901234567890123456789012345678901234567890", "1.2345678901234567E+59")]
    [InlineData("18446744073709551616", "1.8446744073709552E+19")]
    [InlineData("18446744073709551615", "18446744073709551615")]
    [InlineData("-9223372036854775808", "-9223372036854775808")]
    [InlineData("-1.5e3", "-1500")]
    [InlineData("{\"\":{\"a\":[[],{},true,false,null,\"x\"]}}", "{\"\":{\"a\":[[],{},true,false,null,\"x\"]}}")]
    public void Value_HasTheSameShapeAsInJson(string json, string packed)
    {
        var value = new TopicValue("$a", JsonElement.Parse(json), 1, DateTimeOffset.UnixEpoch);
        MessagePackSerializer.ConvertToJson(MessagePackSerializer.Serialize(value, Options))
            .Should().Be($$"""{"topic":"$a","value":{{packed}},"version":1,"publishedAt":"1970-01-01T00:00:00.000Z"}""");
    }
}
