using Chat.Server.Tests.Running;
using Microsoft.Extensions.Time.Testing;

namespace Chat.Server.Tests.Raw.Socket;

/// <summary>A client that does not answer the close of the server is cut off after five seconds.</summary>
[Trait("Duration", "Long")]
public sealed class ClosedByTheServerTests
{
    [Fact]
    public async Task ClientThatKeepsSending_IsCutAfterFiveSeconds()
    {
        var time = new FakeTimeProvider();
        await using var server = await TestServer.StartAsync(new() { ["Chat:Messaging:MaxFrameBytes"] = "256" }, time);
        var alice = await server.TcpAsync();
        await alice.SendAsync(RawTcpClient.Frame(new string('x', 257)));
        (await alice.ReceiveCloseAsync()).Should().Be(1009);

        var seconds = 0;
        for (; seconds < 10 && await SendsOnAsync(alice); seconds++)
            time.Advance(TimeSpan.FromSeconds(1));
        seconds.Should().BeInRange(5, 9);
        (await server.MailboxAsync("bob")).Should().BeEmpty();
    }

    [Fact]
    public async Task ClientThatAnswersNoKeepAlive_IsEnded()
    {
        // Keep-alive pings use the machine's clock: 15 s until the ping, 15 s for the pong.
        await using var server = await TestServer.StartAsync(new() { ["Chat:Limits:SendTimeout"] = "01:00:00" });
        await server.TcpAsync("/api/home/connect?userid=bob", receiveBufferBytes: 4096);
        var alice = await server.HubAsync("alice");
        var content = new string('x', 60_000);
        for (var i = 0; i < 200; i++)
            await alice.SendAsync("bob", content);
        await server.LoggedAsync("GET /api/home/connect answered 101");
        server.LogText.Should().NotContain("unhandled exception");
    }

    /// <summary>Sends frames after the close. Returns false if the connection is cut.</summary>
    private static async Task<bool> SendsOnAsync(RawTcpClient alice)
    {
        try
        {
            await alice.SendAsync(RawTcpClient.Frame("alice:bob:late"), RawTcpClient.Frame("late"u8, opcode: 2), RawTcpClient.Frame([], opcode: 9));
            // The pong comes after the server has read the frames before the ping.
            return await alice.ReceiveAsync() is not null;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
