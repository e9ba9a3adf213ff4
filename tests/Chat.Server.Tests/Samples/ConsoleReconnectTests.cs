using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Samples;

/// <summary>samples/Chat.Console and a server that is killed and restarted on the same port and log.</summary>
[Trait("Duration", "Long")]
public sealed class ConsoleReconnectTests : ConsoleTest<ServerProcess>
{
    protected override Task<ServerProcess> StartAsync() => ServerProcess.StartedAsync();

    [Fact]
    public async Task LinesTypedOverKills_ArriveOnceAndInOrder()
    {
        await using var alice = RunningConsole.Start(Server, "alice", to: "bob");
        await using var bob = RunningConsole.Start(Server, "bob", to: "alice");
        List<string> byAlice = ["hi"], byBob = ["hi, too"];
        // A first start shows only the newest messages.
        await alice.TypeAsync(byAlice);
        await bob.WaitForMessageAsync("alice → bob: hi");
        await bob.TypeAsync(byBob);
        await alice.WaitForMessageAsync("bob → alice: hi, too");
        for (var life = 1; life <= 3; life++)
        {
            byAlice.AddRange(await TypeAsync(alice, $"life {life}", 30));
            byBob.AddRange(await TypeAsync(bob, $"life {life}", 30));
            // Others are being sent or wait at this moment.
            await bob.WaitForMessageAsync($"alice → bob: life {life}, 15");
            Server.Kill();
            byAlice.AddRange(await TypeAsync(alice, $"after life {life}", 10));
            byBob.AddRange(await TypeAsync(bob, $"after life {life}", 10));
            await Server.StartAsync();
            await using var carol = await HubAsync("carol");
            await carol.SendAsync("bob", $"life {life + 1} has begun");
        }
        await bob.WaitForMessageAsync($"alice → bob: {byAlice[^1]}");
        await alice.WaitForMessageAsync($"bob → alice: {byBob[^1]}");
        (await alice.QuitAsync()).Should().Be(0);
        (await bob.QuitAsync()).Should().Be(0);

        From(alice, "alice → bob: ").Should().Equal(byAlice);
        From(alice, "bob → alice: ").Should().Equal(byBob);
        From(bob, "alice → bob: ").Should().Equal(byAlice);
        From(bob, "bob → alice: ").Should().Equal(byBob);
        From(bob, "carol → bob: ").Should().Equal("life 2 has begun", "life 3 has begun", "life 4 has begun");
        alice.Shown.Should().Equal(await MailboxAsync("alice"));
        bob.Shown.Should().Equal(await MailboxAsync("bob"));
    }

    [Fact]
    public async Task MissedMessages_AreShownAfterReconnect()
    {
        await using var bob = RunningConsole.Start(Server, "bob");
        await using (var carol = await HubAsync("carol"))
            // The second message is live: after it the console has read the log and reads it again only after a reconnect.
            foreach (var content in (string[])["first", "second"])
            {
                await carol.SendAsync("bob", content);
                await bob.WaitForMessageAsync($"carol → bob: {content}");
            }
        Server.Kill();
        await bob.WaitForNoteAsync("connection lost, trying again");
        // The console reconnects only after these messages are stored.
        await bob.SuspendAsync();
        await Server.StartAsync();
        await using (var carol = await HubAsync("carol"))
        {
            await carol.SendAsync("bob", "missed");
            await carol.SendAsync("bob", "missed, too");
        }
        await bob.WakeAsync();
        await bob.WaitForNoteAsync("connected again");
        await bob.WaitForMessageAsync("carol → bob: missed, too");
        bob.Shown.Should().Equal("carol → bob: first", "carol → bob: second", "carol → bob: missed", "carol → bob: missed, too");
    }

    [Fact]
    public async Task Console_MayStartBeforeTheServer()
    {
        Server.Kill();
        await using var alice = RunningConsole.Start(Server, "alice", to: "bob");
        await alice.WaitForNoteAsync("the server does not answer, trying again");
        await alice.TypeAsync("early");
        await Server.StartAsync();
        await alice.WaitForMessageAsync("alice → bob: early");
        (await alice.QuitAsync()).Should().Be(0);
        (await MailboxAsync("bob")).Should().Equal("alice → bob: early");
    }

    [Fact]
    public async Task MessageWithLostAnswer_IsStoredOnce()
    {
        await using var bob = await HubAsync("bob");
        using var link = new NetworkLink(Server.Address);
        await using var alice = RunningConsole.Start(Server, "alice", to: "bob", at: link.Address);
        await alice.WaitForNoteAsync("connected");
        link.HoldAnswers();
        await alice.TypeAsync("once");
        (await bob.ReceiveAsync()).Content.Should().Be("once");
        link.Cut();
        await alice.WaitForNoteAsync("connected again");
        await alice.TypeAsync("then");
        (await bob.ReceiveAsync()).Content.Should().Be("then");
        (await alice.QuitAsync()).Should().Be(0);
        alice.Shown.Should().Equal("alice → bob: once", "alice → bob: then");
        (await MailboxAsync("bob")).Should().Equal(alice.Shown);
    }

    private static async Task<List<string>> TypeAsync(RunningConsole console, string text, int count)
    {
        List<string> lines = [.. Enumerable.Range(1, count).Select(i => $"{text}, {i}")];
        await console.TypeAsync(lines);
        return lines;
    }

    private static IEnumerable<string> From(RunningConsole console, string start) =>
        console.Shown.Where(line => line.StartsWith(start, StringComparison.Ordinal)).Select(line => line[start.Length..]);
}
