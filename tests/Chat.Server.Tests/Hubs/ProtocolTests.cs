using Chat.Protocol;
using Chat.Server.Tests.Running;
using Microsoft.AspNetCore.SignalR;

namespace Chat.Server.Tests.Hubs;

/// <summary>The hub protocols of <c>/chat</c>.</summary>
public sealed class ProtocolTests
{
    private const char End = '\u001e';

    [Theory]
    [InlineData("colon")]
    [InlineData("messagepack")]
    [InlineData("nonsense")]
    public async Task Handshake_RefusesOtherProtocols(string protocol)
    {
        await using var server = await TestServer.StartAsync();
        (await ShakeHandsAsync(server, protocol)).Should().StartWith("{\"error\":").And.Contain($"'{protocol}'");
    }

    [Fact]
    public async Task Handshake_AcceptsJson()
    {
        await using var server = await TestServer.StartAsync();
        (await ShakeHandsAsync(server, "json")).Should().Be("{}" + End);
    }

    [Fact]
    public async Task MessagePackSetting_AllowsMessagePack()
    {
        await using var server = await TestServer.StartAsync(new() { ["Chat:Hub:MessagePack"] = "true" });
        (await ShakeHandsAsync(server, "messagepack")).Should().Be("{}" + End);
        (await ShakeHandsAsync(server, "json")).Should().Be("{}" + End);
        (await ShakeHandsAsync(server, "colon")).Should().StartWith("{\"error\":");
    }

    [Fact]
    public async Task CallOverTheLimit_EndsTheConnectionWithTheLimit()
    {
        await using var server = await TestServer.StartAsync(new() { ["Chat:Messaging:MaxFrameBytes"] = "256" });
        await using var alice = await server.HubAsync("alice");
        var limit = CallLimit.Text(5632, 256);

        var refusal = (await alice.Invoking(hub => hub.SendAsync("bob", new string('x', 6000))).Should().ThrowAsync<HubException>()).Which;

        ChatError.FromHubError(refusal.Message).Should().Be((ChatError.TooLarge, limit));
        CallLimit.Read(limit).Should().Be(5632);
        await alice.Closed;
    }

    private static async Task<string> ShakeHandsAsync(TestServer server, string protocol)
    {
        await using var socket = await RawClient.ConnectAsync(server.Address, "?userid=alice", "/chat", log: () => server.LogText);
        await socket.SendAsync($$"""{"protocol":"{{protocol}}","version":1}{{End}}""");
        return await socket.ReceiveAsync();
    }
}
