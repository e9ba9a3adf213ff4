using Chat.Protocol;
using Chat.Server.Tests.Samples;

namespace Chat.Client.Tests;

/// <summary>A server that is killed and restarted, and connections that break.</summary>
[Trait("Duration", "Long")]
public sealed class OutageTests : ClientRestartTest
{
    [Fact]
    public async Task SendWhileServerIsDown_ArrivesOnceAndInOrder()
    {
        var (alice, bob) = (Client("alice"), Client("bob"));
        await using var read = new Reading(bob);
        List<Task<Receipt>> sending = [];
        for (var life = 1; life <= 3; life++)
        {
            Send($"life {life}", 100);
            // Others are being sent or wait at this moment.
            await read.NextAsync(20);
            Server.Kill();
            Send($"after life {life}", 20);
            await Server.StartAsync();
            await read.NextAsync(100);
        }
        var receipts = await SoonAsync(Task.WhenAll(sending), "The receipts");
        receipts.Select(receipt => receipt.Offset).Should().Equal(Enumerable.Range(1, 360).Select(i => (long)i));
        (await MailboxAsync(bob, "bob")).Should().Equal(Enumerable.Range(1, 3).SelectMany(life => Numbered($"life {life}", 1, 100).Concat(Numbered($"after life {life}", 1, 20))));

        void Send(string text, int count) => sending.AddRange(Numbered(text, 1, count).Select(content => alice.SendAsync("bob", content)));
    }

    [Fact]
    public async Task ReadOverKilledServer_HasNoGapAndNoDuplicate()
    {
        var bob = Client("bob");
        await bob.JoinAsync("#garden");
        await using var read = new Reading(bob);
        var alice = Client("alice");
        await alice.JoinAsync("#garden");
        for (var life = 0; life < 4; life++)
        {
            var sending = Enumerable.Range(life * 50 + 1, 50).Select(i => Task.WhenAll(alice.SendAsync("bob", $"letter {i}"), alice.SendAsync("#garden", $"rose {i}"))).ToList();
            await SoonAsync(sending[25], "The receipts");
            Server.Kill();
            await Server.StartAsync();
            await SoonAsync(Task.WhenAll(sending), "The receipts");
        }
        var all = await read.NextAsync(400);
        all.Where(line => line.StartsWith('b')).Should().Equal(Numbered("bob: letter", 1, 200));
        all.Where(link => link.StartsWith('#')).Should().Equal(Numbered("#garden: rose", 1, 200));
    }

    [Fact]
    public async Task MessageWithLostAnswer_IsStoredOnce()
    {
        using var link = new NetworkLink(Server.Address);
        var alice = Client("alice", at: link.Address);
        var bob = Client("bob");
        await using var read = new Reading(bob);
        await alice.ConnectAsync();
        link.HoldAnswers();
        var sending = alice.SendAsync("bob", "once");
        (await read.NextAsync()).Should().Be("bob: once");
        link.Cut();
        (await SoonAsync(sending, "The receipt")).Duplicate.Should().BeTrue();
        await alice.SendAsync("bob", "then");
        (await read.NextAsync()).Should().Be("bob: then");
        (await MailboxAsync(bob, "bob")).Should().Equal("once", "then");
    }

    [Fact]
    public async Task Client_MayStartBeforeTheServer()
    {
        Server.Kill();
        var states = new List<ConnectionState>();
        var (alice, bob) = (Client("alice"), Client("bob"));
        alice.StateChanged += (state, _) => states.Add(state);
        await using var read = new Reading(bob);
        var sending = alice.SendAsync("bob", "early");
        await Server.StartAsync();
        await SoonAsync(sending, "The receipt");
        (await read.NextAsync()).Should().Be("bob: early");
        await alice.DisposeAsync();
        states.Should().Equal(ConnectionState.Reconnecting, ConnectionState.Connected, ConnectionState.Closed);
    }

    [Fact]
    public async Task StoppedServer_IsReconnectedTo()
    {
        var alice = Client("alice");
        await using var read = new Reading(alice);
        await alice.SendAsync("alice", "one");
        (await read.NextAsync()).Should().Be("alice: one");
        (await Server.TerminateAsync()).Should().Be(0);
        await Server.StartAsync();
        await SoonAsync(alice.SendAsync("alice", "two"), "The receipt");
        (await read.NextAsync()).Should().Be("alice: two");
    }

    [Fact]
    public async Task ReplacedLog_IsReportedBeforeTheNextMessage()
    {
        var (alice, bob) = (Client("alice"), Client("bob"));
        await using var read = new Reading(bob);
        await alice.SendAsync("bob", "in the old log");
        (await read.NextAsync()).Should().Be("bob: in the old log");
        Server.Kill();
        foreach (var file in Directory.EnumerateFiles(Server.Folder, "chat.db*"))
            File.Delete(file);
        await Server.StartAsync();
        await SoonAsync(alice.SendAsync("bob", "in the new one"), "The receipt");
        (await read.NextAsync(2)).Should().Equal("bob! epoch_changed", "bob: in the new one");
        await alice.SendAsync("bob", "and on");
        (await read.NextAsync()).Should().Be("bob: and on");
    }

    private static async Task<List<string>> MailboxAsync(ChatClient client, string user) =>
        [.. (await client.ReadAsync(new ReadRequest(user, Limit: 500))).Messages.Select(message => message.Content)];

    [Fact]
    public async Task RoomLeftOnAnotherDevice_DoesNotEndTheReader()
    {
        var positions = new MemoryPositionStore();
        var (alice, bob, elsewhere) = (Client("alice"), Client("bob", positions), Client("bob"));
        await bob.JoinAsync("#garden");
        await bob.JoinAsync("#house");
        await alice.JoinAsync("#house");
        await using var read = new Reading(bob);
        await alice.SendAsync("#house", "one");
        (await read.NextAsync()).Should().Be("#house: one");
        await elsewhere.LeaveAsync("#garden");
        Server.Kill();
        await Server.StartAsync();
        await SoonAsync(alice.SendAsync("#house", "two"), "The receipt");
        await alice.SendAsync("bob", "letter");
        (await read.NextAsync(2)).Should().BeEquivalentTo((string[])["#house: two", "bob: letter"]);
        await read.DisposeAsync();
        (await positions.LoadAsync("bob", default)).Keys.Should().BeEquivalentTo((string[])["bob", "#house"]);
    }
}
