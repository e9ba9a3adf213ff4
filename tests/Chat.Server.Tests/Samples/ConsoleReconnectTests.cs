namespace Chat.Server.Tests.Samples;

/// <summary>samples/Chat.Console and a server that is killed, and started again on the same port and log.</summary>
public sealed class ConsoleReconnectTests : OnOneServerProcess
{
    [Fact]
    public async Task WhatIsTypedWhileTheServerIsKilledArrivesOnceAndInOrder()
    {
        await using var alice = RunningConsole.Start(Server, "alice", to: "bob");
        await using var bob = RunningConsole.Start(Server, "bob", to: "alice");
        List<string> byAlice = ["hi"], byBob = ["hi, too"];
        // A first start shows only the newest of what it finds.
        await alice.TypeAsync(byAlice);
        await bob.ShownAsync("alice → bob: hi");
        await bob.TypeAsync(byBob);
        await alice.ShownAsync("bob → alice: hi, too");
        for (var life = 1; life <= 3; life++)
        {
            byAlice.AddRange(await TypeAsync(alice, $"life {life}", 30));
            byBob.AddRange(await TypeAsync(bob, $"life {life}", 30));
            // In the middle of them: others are on their way, or wait.
            await bob.ShownAsync($"alice → bob: life {life}, 15");
            Server.Kill();
            byAlice.AddRange(await TypeAsync(alice, $"after life {life}", 10));
            byBob.AddRange(await TypeAsync(bob, $"after life {life}", 10));
            await Server.StartAsync();
            await using var carol = await HubAsync("carol");
            await carol.SendAsync("bob", $"life {life + 1} has begun");
        }
        await bob.ShownAsync($"alice → bob: {byAlice[^1]}");
        await alice.ShownAsync($"bob → alice: {byBob[^1]}");
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
    public async Task WhatOthersWroteBeforeTheConsoleWasBackIsShownAtOnce()
    {
        await using var bob = RunningConsole.Start(Server, "bob");
        await using (var carol = await HubAsync("carol"))
            // The second is live: it has fetched all there was, and would not do so again by itself.
            foreach (var content in (string[])["first", "second"])
            {
                await carol.SendAsync("bob", content);
                await bob.ShownAsync($"carol → bob: {content}");
            }
        Server.Kill();
        await bob.SaidAsync("connection lost, trying again");
        // It comes back when these have been stored.
        await bob.SuspendAsync();
        await Server.StartAsync();
        await using (var carol = await HubAsync("carol"))
        {
            await carol.SendAsync("bob", "missed");
            await carol.SendAsync("bob", "missed, too");
        }
        await bob.WakeAsync();
        await bob.SaidAsync("connected again");
        await bob.ShownAsync("carol → bob: missed, too");
        bob.Shown.Should().Equal("carol → bob: first", "carol → bob: second", "carol → bob: missed", "carol → bob: missed, too");
    }

    [Fact]
    public async Task AConsoleMayBeStartedBeforeItsServer()
    {
        Server.Kill();
        await using var alice = RunningConsole.Start(Server, "alice", to: "bob");
        await alice.SaidAsync("the server does not answer, trying again");
        await alice.TypeAsync("early");
        await Server.StartAsync();
        await alice.ShownAsync("alice → bob: early");
        (await alice.QuitAsync()).Should().Be(0);
        (await MailboxAsync("bob")).Should().Equal("alice → bob: early");
    }

    [Fact]
    public async Task AMessageWhoseAnswerWasLostIsNotDoubled()
    {
        await using var bob = await HubAsync("bob");
        using var line = new Line(Server.Address);
        await using var alice = RunningConsole.Start(Server, "alice", to: "bob", at: line.Address);
        await alice.SaidAsync("connected");
        line.HoldAnswers();
        await alice.TypeAsync("once");
        (await bob.ReceiveAsync()).Content.Should().Be("once");
        line.Cut();
        await alice.SaidAsync("connected again");
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
