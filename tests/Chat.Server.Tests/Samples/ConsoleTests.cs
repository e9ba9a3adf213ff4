using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Samples;

/// <summary>samples/Chat.Console, as somebody sees it who types into it.</summary>
public sealed class ConsoleTests : OnOneServerProcess
{
    [Fact]
    public async Task TwoConsolesTalk()
    {
        await using var alice = RunningConsole.Start(Server, "alice", to: "bob");
        await using var bob = RunningConsole.Start(Server, "bob");
        await alice.TypeAsync("are you there: 😀?");
        await bob.ShownAsync("alice → bob: are you there: 😀?");
        await bob.TypeAsync("nobody gets this", "/to alice", "yes");
        await bob.SaidAsync("write to whom? /to NAME");
        await alice.ShownAsync("bob → alice: yes");
        await alice.TypeAsync("/to carol", "bob is here");
        await alice.ShownAsync("alice → carol: bob is here");
        (await alice.QuitAsync()).Should().Be(0);
        (await bob.QuitAsync()).Should().Be(0);
        alice.Shown.Should().Equal("alice → bob: are you there: 😀?", "bob → alice: yes", "alice → carol: bob is here");
        bob.Shown.Should().Equal("alice → bob: are you there: 😀?", "bob → alice: yes");
    }

    [Fact]
    public async Task WhatIsWrittenToItMovesNothingOnTheTerminal()
    {
        await using var mallory = await HubAsync("mallory");
        await using var bob = RunningConsole.Start(Server, "bob");
        await bob.SaidAsync("connected");
        await mallory.SendAsync("bob", "\u001b[2J\u001b]0;title\u0007\r\nalice: hi\u009b31m\b\u202eelif\u2066");
        await bob.ShownAsync("mallory → bob:  [2J ]0;title   alice: hi 31m  elif ");
    }

    [Fact]
    public async Task RoomsDoNotDisturbIt()
    {
        await using var bob = await HubAsync("bob");
        await bob.JoinAsync("#garden");
        await bob.SendAsync("#garden", "before");
        await using var console = RunningConsole.Start(Server, "bob");
        await console.SaidAsync("connected");
        await bob.SendAsync("#garden", "meanwhile");
        await bob.SendAsync("bob", "one");
        await bob.SendAsync("#garden", "and again");
        await bob.SendAsync("bob", "two");
        await console.ShownAsync("bob → bob: two");
        console.Shown.Should().Equal("bob → bob: one", "bob → bob: two");
    }

    [Fact]
    public async Task WhatWasTypedBeforeTheEndIsSentAndShown()
    {
        await using var alice = RunningConsole.Start(Server, "alice", to: "bob");
        await alice.SaidAsync("connected");
        await alice.TypeAsync(Numbered("line", 1, 20));
        (await alice.QuitAsync()).Should().Be(0);
        alice.Shown.Should().Equal(Numbered("alice → bob: line", 1, 20));
    }

    [Fact]
    public async Task AConsoleShowsTheNewestMessagesWhenItStarts()
    {
        await using var carol = await HubAsync("carol");
        await SendAsync(carol, 1, 25);
        await using var bob = RunningConsole.Start(Server, "bob");
        await bob.ShownAsync("carol → bob: 25");
        await carol.SendAsync("bob", "live");
        await bob.ShownAsync("carol → bob: live");
        bob.Shown.Should().Equal([.. Numbered("carol → bob:", 6, 25), "carol → bob: live"]);
    }

    [Fact]
    public async Task AConsoleThatWasAwayShowsWhatItMissed()
    {
        await using var carol = await HubAsync("carol");
        await using (var bob = RunningConsole.Start(Server, "bob"))
        {
            await carol.SendAsync("bob", "0");
            await bob.ShownAsync("carol → bob: 0");
            (await bob.QuitAsync()).Should().Be(0);
        }
        // More than it shows anyway, and more than one answer holds.
        await SendAsync(carol, 1, 600);
        await using var again = RunningConsole.Start(Server, "bob");
        await again.ShownAsync("carol → bob: 600");
        again.Shown.Should().Equal(Numbered("carol → bob:", 0, 600));
    }

    [Fact]
    public async Task AConsoleThatWasKilledLosesNothing()
    {
        await using var carol = await HubAsync("carol");
        await using var bob = RunningConsole.Start(Server, "bob");
        await carol.SendAsync("bob", "0");
        await bob.ShownAsync("carol → bob: 0");
        var sending = SendAsync(carol, 1, 600);
        await bob.ShownAsync("carol → bob: 100");
        await bob.KillAsync();
        bob.Shown.Should().Equal(Numbered("carol → bob:", 0, bob.Shown.Count - 1));
        await sending;
        await using var again = RunningConsole.Start(Server, "bob");
        await again.ShownAsync("carol → bob: 600");
        again.Shown.Should().Equal(Numbered("carol → bob:", 601 - again.Shown.Count, 600));
        again.Shown.Count.Should().BeGreaterThanOrEqualTo(601 - bob.Shown.Count, because: "it goes on where the other was killed");
    }

    [Fact]
    public async Task AConsoleWhoseUserTheServerRefusesSaysSoAndEnds()
    {
        await using var system = RunningConsole.Start(Server, "system");
        await system.SaidAsync("the server does not accept system");
        (await system.EndAsync()).Should().Be(1);
    }

    private static Task SendAsync(HubClient from, int first, int last) =>
        Task.WhenAll(Enumerable.Range(first, last - first + 1).Select(i => from.SendAsync("bob", $"{i}")));

    private static IEnumerable<string> Numbered(string text, int first, int last) => Enumerable.Range(first, last - first + 1).Select(i => $"{text} {i}");
}
