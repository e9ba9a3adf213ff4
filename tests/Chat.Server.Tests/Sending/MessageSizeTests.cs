using Chat.Protocol;
using Chat.Server.Log;
using Chat.Server.Tests.Running;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Server.Tests.Sending;

public sealed class MessageSizeTests
{
    [Fact]
    public async Task JsonSize_IsNeverUnderestimated()
    {
        await using var server = await TestServer.StartAsync();
        var json = server.Services.GetServices<IHubProtocol>().Last(protocol => protocol.Name == "json");
        var empty = Written("");
        for (var c = 0; c <= char.MaxValue; c++)
            if (!char.IsSurrogate((char)c))
                (MessageSize.InJson(Of($"{(char)c}")) - MessageSize.InJson(Of(""))).Should().Be(Written($"{(char)c}") - empty, because: $"it is U+{c:X4}");
        foreach (var pair in (string[])["😀", "\ud800\udc00", "\udbff\udfff"])
            (MessageSize.InJson(Of(pair)) - MessageSize.InJson(Of(""))).Should().BeGreaterThanOrEqualTo(Written(pair) - empty);
        MessageSize.InJson(Of("")).Should().BeGreaterThan(empty);

        int Written(string content) => json.GetMessageBytes(new InvocationMessage("ReceiveMessage", [Of(content)])).Length;

        static Message Of(string content) => new()
        {
            Stream = "bob",
            Offset = long.MaxValue,
            Position = $"abcdefgh.{long.MaxValue}",
            Id = Guid.Empty.ToString(),
            From = "alice",
            To = "bob",
            Content = content,
            SentAt = DateTimeOffset.UnixEpoch,
        };
    }
}
