using Chat.Server.Tests.Running;
using Microsoft.Extensions.Time.Testing;

namespace Chat.Server.Tests.Raw.Socket;

/// <summary>A client that does not answer our close gets five seconds, whatever else it does.</summary>
public sealed class ClosedByTheServerTests
{
    [Fact]
    public async Task SendingOnBuysNoTime()
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
    public async Task AReaderThatAnswersNoPingIsForgottenWithAllThatWaitsForIt()
    {
        // Time is the machine's own here: pings are sent by its clock. 15 s until the ping, 15 s for the pong.
        await using var server = await TestServer.StartAsync(new() { ["Chat:Limits:SendTimeout"] = "01:00:00" });
        await server.TcpAsync("/api/home/connect?userid=bob", receiveBufferBytes: 4096);
        var alice = await server.HubAsync("alice");
        var content = new string('x', 60_000);
        for (var i = 0; i < 200; i++)
            await alice.SendAsync("bob", content);
        await server.LoggedAsync("GET /api/home/connect answered 101");
        server.LogText.Should().NotContain("unhandled exception");
    }

    /// <summary>Sends what comes too late; false when the connection has been cut.</summary>
    private static async Task<bool> SendsOnAsync(RawTcpClient alice)
    {
        try
        {
            await alice.SendAsync(RawTcpClient.Frame("alice:bob:late"), RawTcpClient.Frame("late"u8, opcode: 2), RawTcpClient.Frame([], opcode: 9));
            // The pong comes after what was sent before it has been read.
            return await alice.ReceiveAsync() is not null;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
