using System.Text;
using Chat.Server.Tests.Running;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Chat.Server.Tests.Raw.Delivery;

/// <summary>The pongs of a WebSocket stack confirm what its client has read.</summary>
public sealed class PongTests
{
    [Fact]
    public async Task UnreadFrames_AreSentAgainInOrder()
    {
        await using var server = await TestServer.StartAsync();
        var alice = await server.HubAsync("alice");
        var bob = await RegisteredAsync(server);
        await Task.WhenAll(Enumerable.Range(1, 50).Select(i => alice.SendAsync("bob", $"{i}")));
        // The server has written all of them. The client reads ten, and no ping behind them.
        var read = new List<string>();
        while (read.Count < 10)
            if (await bob.ReceiveAnyAsync() is { Opcode: 1, Payload: var text })
                read.Add(Encoding.UTF8.GetString(text));
        bob.Reset();

        var again = await server.RawAsync("bob");
        var frames = await again.ReceiveAsync(50);
        frames.Should().Equal(Enumerable.Range(1, 50).Select(i => $"alice:{i}"), because: "no pong has confirmed any of them");
    }

    [Fact]
    public async Task ConfirmedFrames_AreNotSentAgain()
    {
        await using var server = await TestServer.StartAsync();
        var (alice, watcher) = (await server.HubAsync("alice"), await server.HubAsync("bob"));
        var bob = await RegisteredAsync(server);
        for (var i = 1; i <= 30; i++)
            await alice.SendAsync("bob", $"{i}");
        for (var i = 1; i <= 30; i++)
            (await TextAsync(bob)).Should().Be($"alice:{i}");
        var reading = bob.ReceiveAsync();
        await ConfirmedAsync(watcher, 30);
        bob.Reset();
        await reading;

        await alice.SendAsync("bob", "31");
        (await (await server.RawAsync("bob")).ReceiveAsync()).Should().Be("alice:31");
    }

    [Fact]
    public async Task UnansweredPing_IsTheOnlyOne()
    {
        await using var server = await TestServer.StartAsync();
        var alice = await server.HubAsync("alice");
        await using var bob = await server.TcpAsync();
        bob.AnswersPings = false;
        await bob.SendAsync(RawTcpClient.Frame("bob::"));
        for (var i = 1; i <= 300; i++)
        {
            await alice.SendAsync("bob", $"{i}");
            (await TextAsync(bob)).Should().Be($"alice:{i}");
        }
        bob.Pings.Should().HaveCount(1);
    }

    [Fact]
    public async Task UnsolicitedPongs_ConfirmNothing()
    {
        await using var server = await TestServer.StartAsync();
        var (alice, watcher) = (await server.HubAsync("alice"), await server.HubAsync("bob"));
        var bob = await RegisteredAsync(server);
        var answered = bob.Pings.Single();
        bob.AnswersPings = false;
        await alice.SendAsync("bob", "1");
        (await TextAsync(bob)).Should().Be("alice:1");
        await bob.SendAsync(
            RawTcpClient.Frame(answered, opcode: 10),
            RawTcpClient.Frame(new byte[8], opcode: 10),
            RawTcpClient.Frame([], opcode: 10),
            RawTcpClient.Frame("bob:bob:behind them"));
        (await TextAsync(bob)).Should().Be("bob:behind them");
        (await watcher.ResumeAsync("bob")).Confirmed.Should().EndWith(".0");
        bob.Reset();

        (await (await server.RawAsync("bob")).ReceiveAsync(2)).Should().Equal("alice:1", "bob:behind them");
    }

    [Fact]
    public async Task Pong_ConfirmsOnlyWhatWasSentBeforeItsPing()
    {
        await using var server = await TestServer.StartAsync();
        var (alice, watcher) = (await server.HubAsync("alice"), await server.HubAsync("bob"));
        var bob = await RegisteredAsync(server);
        bob.AnswersPings = false;
        await alice.SendAsync("bob", "1");
        byte[]? ping = null;
        while (ping is null)
            if (await bob.ReceiveAnyAsync() is { Opcode: 9, Payload: var payload })
                ping = payload;
        await alice.SendAsync("bob", "2");
        (await TextAsync(bob)).Should().Be("alice:2");
        await bob.SendAsync(RawTcpClient.Frame(ping, opcode: 10));
        await ConfirmedAsync(watcher, 1);
        bob.Reset();

        (await (await server.RawAsync("bob")).ReceiveAsync()).Should().Be("alice:2");
    }

    [Fact]
    public async Task PongDuringRegistration_ConfirmsOnlyWhatWasSentBeforeItsPing()
    {
        await using var server = await TestServer.StartAsync(services: services => services.AddSingleton<HubLifetimeManager<ChatHub>, HeldRoom>());
        using var rooms = (HeldRoom)server.Services.GetRequiredService<HubLifetimeManager<ChatHub>>();
        var (alice, watcher) = (await server.HubAsync("alice"), await server.HubAsync("bob"));
        await watcher.JoinAsync("#held");
        await Task.WhenAll(Enumerable.Range(1, 50).Select(i => alice.SendAsync("bob", $"{i}")));
        rooms.Hold();
        var bob = await server.TcpAsync();
        await bob.SendAsync(RawTcpClient.Frame("bob::"));
        var (pings, before, read) = (new List<byte[]>(), 0, 0);
        while (read < 50)
            if (await bob.ReceiveAnyAsync() is { Opcode: 9, Payload: var payload })
                (pings, before) = ([.. pings, payload], read);
            else
                read++;
        rooms.LetIn();
        await bob.SendAsync(RawTcpClient.Frame(pings.Single(), opcode: 10), RawTcpClient.Frame("bob:bob:behind it"));
        bob.AnswersPings = false;
        (await TextAsync(bob)).Should().Be("bob:behind it");
        (await watcher.ResumeAsync("bob")).Confirmed.Should().EndWith($".{before}");
        bob.Reset();

        (await (await server.RawAsync("bob")).ReceiveAsync()).Should().Be($"alice:{before + 1}");
    }

    [Fact]
    public async Task SilentClient_HasEachFrameAfterTenSeconds()
    {
        var time = new FakeTimeProvider();
        await using var server = await TestServer.StartAsync(time: time);
        var (alice, watcher) = (await server.HubAsync("alice"), await server.HubAsync("bob"));
        await using var bob = await server.TcpAsync();
        bob.AnswersPings = false;
        await bob.SendAsync(RawTcpClient.Frame("bob::"));
        await alice.SendAsync("bob", "1");
        (await TextAsync(bob)).Should().Be("alice:1");
        (await watcher.ResumeAsync("bob")).Confirmed.Should().EndWith(".0");
        await Wait.UntilAsync(
            async () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return (await watcher.ResumeAsync("bob")).Confirmed.EndsWith(".1", StringComparison.Ordinal);
            },
            "The position of a silent client");
        (time.GetUtcNow() - time.Start).Should().BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(10));
        bob.Pings.Should().HaveCount(1, because: "a silent client gets one ping");
    }

    [Fact]
    public async Task LatePong_ConfirmsNothingSentAfterItsPing()
    {
        var time = new FakeTimeProvider();
        await using var server = await TestServer.StartAsync(time: time);
        var (alice, watcher) = (await server.HubAsync("alice"), await server.HubAsync("bob"));
        await using var bob = await server.TcpAsync();
        bob.AnswersPings = false;
        await bob.SendAsync(RawTcpClient.Frame("bob::"));
        await alice.SendAsync("bob", "1");
        (await TextAsync(bob)).Should().Be("alice:1");
        await Wait.UntilAsync(
            async () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return (await watcher.ResumeAsync("bob")).Confirmed.EndsWith(".1", StringComparison.Ordinal);
            },
            "The position of a silent client");
        await alice.SendAsync("bob", "2");
        (await TextAsync(bob)).Should().Be("alice:2");
        await bob.SendAsync(RawTcpClient.Frame(bob.Pings.Single(), opcode: 10), RawTcpClient.Frame("bob:bob:3"));
        (await TextAsync(bob)).Should().Be("bob:3");
        (await watcher.ResumeAsync("bob")).Confirmed.Should().EndWith(".1");

        // The client has answered, so the server has sent a ping for the later frames.
        bob.Pings.Should().HaveCount(2);
        await bob.SendAsync(RawTcpClient.Frame(bob.Pings[1], opcode: 10));
        await ConfirmedAsync(watcher, 2);
        bob.AnswersPings = true;
        var reading = bob.ReceiveAsync();
        time.Advance(TimeSpan.FromSeconds(2));
        await ConfirmedAsync(watcher, 3);
        bob.Reset();
        await reading;
    }

    [Fact]
    public async Task SentCopies_NeedNoPong()
    {
        await using var server = await TestServer.StartAsync();
        var watcher = await server.HubAsync("bob");
        await using var bob = await server.TcpAsync();
        bob.AnswersPings = false;
        await bob.SendAsync(RawTcpClient.Frame("bob:carol:1"), RawTcpClient.Frame("bob:carol:2"));
        await ConfirmedAsync(watcher, 2);
    }

    [Fact]
    public async Task ClosedClient_ConfirmsWhatItReadBefore()
    {
        await using var server = await TestServer.StartAsync();
        var (alice, watcher) = (await server.HubAsync("alice"), await server.HubAsync("bob"));
        await using var bob = await RegisteredAsync(server);
        bob.AnswersPings = false;
        await alice.SendAsync("bob", "1");
        (await TextAsync(bob)).Should().Be("alice:1");
        await bob.SendAsync(RawTcpClient.Frame([1], opcode: 2)); // binary: the server closes
        bob.AnswersPings = true;
        (await bob.ReceiveCloseAsync()).Should().Be(1003);
        await ConfirmedAsync(watcher, 1);
    }

    /// <summary>Blocks the thread of a registration when it enters the room #held, until LetIn is called.</summary>
    private sealed class HeldRoom(ILogger<DefaultHubLifetimeManager<ChatHub>> logger) : DefaultHubLifetimeManager<ChatHub>(logger), IDisposable
    {
        private readonly ManualResetEventSlim open = new(initialState: true);

        public void Hold() => open.Reset();

        public void LetIn() => open.Set();

        public override Task AddToGroupAsync(string connectionId, string groupName, CancellationToken cancellationToken = default)
        {
            if (groupName == "#held")
                open.Wait(Wait.Long, CancellationToken.None).Should().BeTrue();
            return base.AddToGroupAsync(connectionId, groupName, cancellationToken);
        }

        public void Dispose() => open.Dispose();
    }

    /// <summary>Registers bob, and answers the first ping.</summary>
    private static async Task<RawTcpClient> RegisteredAsync(TestServer server)
    {
        var bob = await server.TcpAsync();
        await bob.SendAsync(RawTcpClient.Frame("bob::"));
        var ping = await bob.ReceiveAnyAsync();
        ping!.Value.Opcode.Should().Be(9);
        bob.Pings.Add(ping.Value.Payload);
        await bob.SendAsync(RawTcpClient.Frame(ping.Value.Payload, opcode: 10));
        return bob;
    }

    private static async Task<string> TextAsync(RawTcpClient client)
    {
        var frame = await client.ReceiveAsync();
        frame!.Value.Opcode.Should().Be(1);
        return Encoding.UTF8.GetString(frame.Value.Payload);
    }

    private static Task ConfirmedAsync(HubClient watcher, long offset) =>
        Wait.UntilAsync(
            async () => (await watcher.ResumeAsync("bob")).Confirmed.EndsWith($".{offset}", StringComparison.Ordinal), $"Offset {offset} confirmed");
}
