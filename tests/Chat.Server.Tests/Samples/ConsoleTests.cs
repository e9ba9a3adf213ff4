using System.Text.Json;
using System.Text.Json.Nodes;
using Chat.Protocol;
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
        (await bob.QuitAsync()).Should().Be(2, because: "a line was for nobody");
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
    public async Task RoomsAreShownBesideTheMailbox()
    {
        await using var bob = await HubAsync("bob");
        await bob.JoinAsync("#garden");
        await bob.SendAsync("#garden", "before");
        await using var console = RunningConsole.Start(Server, "bob");
        await console.ShownAsync("bob → #garden: before");
        await bob.SendAsync("#garden", "meanwhile");
        await bob.SendAsync("bob", "one");
        await bob.SendAsync("#garden", "and again");
        await bob.SendAsync("bob", "two");
        (await console.EndInputAsync()).Should().Be(0);
        console.Shown.Where(line => line.Contains('#')).Should().Equal("bob → #garden: before", "bob → #garden: meanwhile", "bob → #garden: and again");
        console.Shown.Where(line => !line.Contains('#')).Should().Equal("bob → bob: one", "bob → bob: two");
    }

    [Fact]
    public async Task RoomsAreEnteredAndLeft()
    {
        await using var bob = await HubAsync("bob");
        await bob.JoinAsync("#garden");
        await bob.SendAsync("#garden", "welcome");
        await using var alice = RunningConsole.Start(Server, "alice");
        await alice.TypeAsync("/join garden", "/join #garden");
        await alice.SaidAsync("which room? Its name begins with #");
        await alice.SaidAsync("you are in #garden");
        await alice.ShownAsync("bob → #garden: welcome");
        await alice.TypeAsync("thank you", "//leave is a word");
        (await bob.ReceiveAsync(3)).Select(message => message.Content).Should().Equal("welcome", "thank you", "/leave is a word");
        await alice.TypeAsync("/leave", "into the void");
        await alice.SaidAsync("you have left #garden");
        await alice.SaidAsync("write to whom? /to NAME");
        await alice.TypeAsync("/to #garden", "from outside");
        await alice.SaidAsync("not sent to #garden: Only members write to a room.");
        (await alice.QuitAsync()).Should().Be(2, because: "something was not sent");
    }

    [Fact]
    public async Task BadName_IsToldItsCharacter()
    {
        await using var alice = RunningConsole.Start(Server, "alice");
        await alice.TypeAsync("/to ali\u200bce", "/join #a\u200bb", "/topic $a/b");
        await alice.SaidAsync("that is not the name of a user or a room. Character 4 is U+200B, a format character.");
        await alice.SaidAsync("Character 3 is U+200B, a format character.");
        await alice.SaidAsync("Character 3 is U+002F, not one of A-Z a-z 0-9 . _ -.");
        (await alice.QuitAsync()).Should().Be(0);
        await using var nobody = RunningConsole.Start(Server, "a:b");
        await nobody.SaidAsync("--user is not a valid name. Character 2 is U+003A, a colon.");
    }

    [Fact]
    public async Task ConversationsAndHistoryAreThereToBeAskedFor()
    {
        await using (var carol = await HubAsync("carol"))
            await SendAsync(carol, 1, 25);
        await using var bob = RunningConsole.Start(Server, "bob", to: "carol");
        await bob.ShownAsync("carol → bob: 25");
        await bob.TypeAsync("/list", "/history 2");
        await bob.SaidLikeAsync("carol  25 unread  ");
        (await bob.EndInputAsync()).Should().Be(0);
        bob.Shown.Should().Equal([.. Numbered("carol → bob:", 6, 25), .. Numbered("carol → bob:", 24, 25)]);
    }

    [Fact]
    public async Task ATopicIsFollowedUntilItIsNamedAgain()
    {
        await using var alice = RunningConsole.Start(Server, "alice");
        await alice.TypeAsync("/topic sales", "/topic $server.stats");
        await alice.SaidAsync("which topic? Its name begins with $");
        await alice.SaidAsync("$server.stats: That is not allowed.");
        await alice.TypeAsync("/topic $unknown", "/topic $unknown");
        await alice.SaidAsync("you follow $unknown");
        await alice.SaidAsync("you do not follow $unknown any more");
        (await alice.QuitAsync()).Should().Be(0);
    }

    [Fact]
    public async Task WithJsonAMessageIsWhatItIsOnTheWire()
    {
        await using var carol = await HubAsync("carol");
        await carol.SendAsync("bob", "[red]two\nlines[/] \u001b[2J\u202e\u009b", "order-17");
        var message = (await carol.ReadAsync(new("carol"))).Messages.Single();
        await using var bob = RunningConsole.Start(Server, "bob", more: "--json");
        (await bob.EndInputAsync()).Should().Be(0);
        var line = bob.Output.Should().ContainSingle().Subject;
        line.Should().NotContainAny("\u001b", "\u202e", "\u009b");
        var read = JsonSerializer.Deserialize(line, ChatJson.Default.Message)!;
        read.Should().Be(message with { Stream = "bob", Position = read.Position });
        JsonNode.Parse(line)!.AsObject().Select(property => property.Key).Should().BeEquivalentTo(
            (string[])["stream", "offset", "position", "id", "from", "to", "content", "sentAt"]);
    }

    [Fact]
    public async Task WhatIsPipedIsSentAndMessagesComeOneALine()
    {
        await using var alice = RunningConsole.Start(Server, "alice", to: "bob");
        await alice.TypeAsync([.. Numbered("line", 1, 50), "", "/usr/bin is no command", "[bold]as it is[/]"]);
        (await alice.EndInputAsync()).Should().Be(0);
        alice.Shown.Should().Equal([.. Numbered("alice → bob: line", 1, 50), "alice → bob: /usr/bin is no command", "alice → bob: [bold]as it is[/]"]);
        alice.Output.Should().AllSatisfy(line => line.Should().MatchRegex(@"^\d\d:\d\d alice → bob: [\x20-\x7e]+$"));
        (await MailboxAsync("bob")).Should().Equal(alice.Shown);
    }

    [Theory]
    [InlineData]
    [InlineData("--user", "#garden")]
    [InlineData("--user", "alice", "--token", "either, not both")]
    [InlineData("--user", "alice", "--loud")]
    [InlineData("--user", "alice", "--to")]
    [InlineData("--user", "alice", "--url", "ftp://somewhere")]
    public async Task ACommandLineThatCannotBeUnderstoodIsAnsweredWithTheUsage(params string[] arguments)
    {
        await using var console = RunningConsole.StartWith(Server, "nobody", arguments);
        (await console.EndAsync()).Should().Be(1);
        await console.SaidLikeAsync("usage: Chat.Console --user NAME");
        console.Output.Should().BeEmpty();
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
    public async Task WhoIsRefusedIsToldThoughNothingIsTyped()
    {
        await using var system = RunningConsole.Start(Server, "system");
        (await system.EndInputAsync()).Should().Be(1);
        await system.SaidAsync("the server does not accept system: system is reserved for the server.");
    }

    [Fact]
    public async Task APositionThatIsNoneDoesNotKeepAConsoleFromShowingMessages()
    {
        await using var carol = await HubAsync("carol");
        await using (var bob = RunningConsole.Start(Server, "bob"))
        {
            await carol.SendAsync("bob", "one");
            await bob.ShownAsync("carol → bob: one");
            (await bob.QuitAsync()).Should().Be(0);
        }
        var file = Directory.GetFiles(RunningConsole.DataOf(Server, "bob"), "*.json", SearchOption.AllDirectories).Single();
        await File.WriteAllTextAsync(file, """{ "bob": { "bob": "nonsense" } }""");
        await carol.SendAsync("bob", "two");
        await using var again = RunningConsole.Start(Server, "bob");
        await again.ShownAsync("carol → bob: two");
        again.Shown.Should().Equal("carol → bob: one", "carol → bob: two");
        (await again.QuitAsync()).Should().Be(0);
        (await File.ReadAllTextAsync(file)).Should().NotContain("nonsense");
    }

    [Fact]
    public async Task AConsoleWhoseUserTheServerRefusesSaysSoAndEnds()
    {
        await using var system = RunningConsole.Start(Server, "system");
        await system.SaidAsync("the server does not accept system: system is reserved for the server.");
        (await system.EndAsync()).Should().Be(1);
    }

    [Fact]
    public async Task WhatTheServerDoesNotTakeIsSaidAndTheExitCodeTellsIt()
    {
        await using var alice = RunningConsole.Start(Server, "alice", to: "system");
        await alice.TypeAsync("to nobody", "/to bob", "to bob");
        (await alice.EndInputAsync()).Should().Be(2);
        await alice.SaidAsync("not sent to system: system is reserved for the server.");
        alice.Shown.Should().Equal("alice → bob: to bob");
    }

    private static Task SendAsync(HubClient from, int first, int last) =>
        Task.WhenAll(Enumerable.Range(first, last - first + 1).Select(i => from.SendAsync("bob", $"{i}")));

    private static IEnumerable<string> Numbered(string text, int first, int last) => Enumerable.Range(first, last - first + 1).Select(i => $"{text} {i}");
}
