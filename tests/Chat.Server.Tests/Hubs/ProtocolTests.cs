using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Hubs;

/// <summary>What <c>/chat</c> speaks, and what it does not.</summary>
public sealed class ProtocolTests
{
    private const char End = '\u001e';

    [Theory]
    [InlineData("colon")]
    [InlineData("messagepack")]
    [InlineData("nonsense")]
    public async Task TheHandshakeRefusesOtherProtocols(string protocol)
    {
        await using var server = await TestServer.StartAsync();
        (await ShakeHandsAsync(server, protocol)).Should().StartWith("{\"error\":").And.Contain($"'{protocol}'");
    }

    [Fact]
    public async Task TheHandshakeTakesJson()
    {
        await using var server = await TestServer.StartAsync();
        (await ShakeHandsAsync(server, "json")).Should().Be("{}" + End);
    }

    [Fact]
    public async Task MessagePackIsASetting()
    {
        await using var server = await TestServer.StartAsync(new() { ["Chat:Hub:MessagePack"] = "true" });
        (await ShakeHandsAsync(server, "messagepack")).Should().Be("{}" + End);
        (await ShakeHandsAsync(server, "json")).Should().Be("{}" + End);
        (await ShakeHandsAsync(server, "colon")).Should().StartWith("{\"error\":");
    }

    private static async Task<string> ShakeHandsAsync(TestServer server, string protocol)
    {
        await using var socket = await RawClient.ConnectAsync(server.Address, "?userid=alice", "/chat", log: () => server.LogText);
        await socket.SendAsync($$"""{"protocol":"{{protocol}}","version":1}{{End}}""");
        return await socket.ReceiveAsync();
    }
}
