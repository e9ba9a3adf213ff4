using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Samples;

/// <summary>samples/Chat.Console and a server that is killed, and started again on the same port and log.</summary>
public sealed class ConsoleReconnectTests : IAsyncLifetime
{
    private readonly ServerProcess server = new();

    public Task InitializeAsync() => server.StartAsync();

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task WhatIsTypedWhileTheServerIsKilledArrivesOnceAndInOrder()
    {
        await using var alice = RunningConsole.Start(server, "alice", to: "bob");
        await using var bob = RunningConsole.Start(server, "bob", to: "alice");
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
            server.Kill();
            byAlice.AddRange(await TypeAsync(alice, $"after life {life}", 10));
            byBob.AddRange(await TypeAsync(bob, $"after life {life}", 10));
            await server.StartAsync();
            await using var carol = await HubClient.ConnectAsync(server.Address, "carol", log: () => server.Output);
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
        await using var bob = RunningConsole.Start(server, "bob");
        await bob.SaidAsync("connected");
        server.Kill();
        await bob.SaidAsync("connection lost, trying again");
        // It comes back when these have been stored.
        await bob.SuspendAsync();
        await server.StartAsync();
        await using var carol = await HubClient.ConnectAsync(server.Address, "carol", log: () => server.Output);
        await carol.SendAsync("bob", "first");
        await carol.SendAsync("bob", "last");
        await bob.WakeAsync();
        await bob.SaidAsync("connected again");
        await bob.ShownAsync("carol → bob: last");
        bob.Shown.Should().Equal("carol → bob: first", "carol → bob: last");
    }

    [Fact]
    public async Task AConsoleMayBeStartedBeforeItsServer()
    {
        server.Kill();
        await using var alice = RunningConsole.Start(server, "alice", to: "bob");
        await alice.SaidAsync("the server does not answer, trying again");
        await alice.TypeAsync("early");
        await server.StartAsync();
        await alice.ShownAsync("alice → bob: early");
        (await alice.QuitAsync()).Should().Be(0);
        (await MailboxAsync("bob")).Should().Equal("alice → bob: early");
    }

    [Fact]
    public async Task AMessageWhoseAnswerWasLostIsNotDoubled()
    {
        await using var bob = await HubClient.ConnectAsync(server.Address, "bob", log: () => server.Output);
        await using var line = new Line(server.Address);
        await using var alice = RunningConsole.Start(server, "alice", to: "bob", at: line.Address);
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

    private async Task<List<string>> MailboxAsync(string user)
    {
        await using var reader = await HubClient.ConnectAsync(server.Address, user, log: () => server.Output);
        return (await reader.ReadAllAsync(user)).ConvertAll(message => $"{message.From} → {message.To}: {message.Content}");
    }
}
