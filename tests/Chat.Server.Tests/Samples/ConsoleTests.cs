using System.Text.Json;
using System.Text.Json.Nodes;
using Chat.Protocol;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Samples;

/// <summary>samples/Chat.Console with typed input.</summary>
[Trait("Duration", "Long")]
public sealed class ConsoleTests : ConsoleTest
{
    [Fact]
    public async Task TwoConsoles_ExchangeMessages()
    {
        await using var alice = RunningConsole.Start(Server, "alice", to: "bob");
        await using var bob = RunningConsole.Start(Server, "bob");
        await alice.TypeAsync("are you there: 😀?");
        await bob.WaitForMessageAsync("alice → bob: are you there: 😀?");
        await bob.TypeAsync("without a recipient", "/to alice", "yes");
        await bob.WaitForNoteAsync("no recipient chosen: /to NAME or /to #ROOM");
        await alice.WaitForMessageAsync("bob → alice: yes");
        await alice.TypeAsync("/to carol", "bob is here");
        await alice.WaitForMessageAsync("alice → carol: bob is here");
        (await alice.QuitAsync()).Should().Be(0);
        (await bob.QuitAsync()).Should().Be(2, because: "a line had no recipient");
        alice.Shown.Should().Equal("alice → bob: are you there: 😀?", "bob → alice: yes", "alice → carol: bob is here");
        bob.Shown.Should().Equal("alice → bob: are you there: 😀?", "bob → alice: yes");
    }

    [Fact]
    public async Task ControlCharacters_AreNotPrinted()
    {
        await using var mallory = await HubAsync("mallory");
        await using var bob = RunningConsole.Start(Server, "bob");
        await bob.WaitForNoteAsync("connected");
        await mallory.SendAsync("bob", "\u001b[2J\u001b]0;title\u0007\r\nalice: hi\u009b31m\b\u202eelif\u2066");
        await bob.WaitForMessageAsync("mallory → bob:  [2J ]0;title   alice: hi 31m  elif ");
    }

    [Fact]
    public async Task Rooms_AreShownBesideTheMailbox()
    {
        await using var bob = await HubAsync("bob");
        await bob.JoinAsync("#garden");
        await bob.SendAsync("#garden", "before");
        await using var console = RunningConsole.Start(Server, "bob");
        await console.WaitForMessageAsync("bob → #garden: before");
        await bob.SendAsync("#garden", "meanwhile");
        await bob.SendAsync("bob", "one");
        await bob.SendAsync("#garden", "and again");
        await bob.SendAsync("bob", "two");
        (await console.EndInputAsync()).Should().Be(0);
        console.Shown.Where(line => line.Contains('#')).Should().Equal("bob → #garden: before", "bob → #garden: meanwhile", "bob → #garden: and again");
        console.Shown.Where(line => !line.Contains('#')).Should().Equal("bob → bob: one", "bob → bob: two");
    }

    [Fact]
    public async Task Rooms_AreJoinedAndLeft()
    {
        await using var bob = await HubAsync("bob");
        await bob.JoinAsync("#garden");
        await bob.SendAsync("#garden", "welcome");
        await using var alice = RunningConsole.Start(Server, "alice");
        await alice.TypeAsync("/join garden", "/join #garden");
        await alice.WaitForNoteAsync("name a room that begins with #");
        await alice.WaitForNoteAsync("joined #garden");
        await alice.WaitForMessageAsync("bob → #garden: welcome");
        await alice.TypeAsync("thank you", "//leave is a word");
        (await bob.ReceiveAsync(3)).Select(message => message.Content).Should().Equal("welcome", "thank you", "/leave is a word");
        await alice.TypeAsync("/leave", "into the void");
        await alice.WaitForNoteAsync("left #garden");
        await alice.WaitForNoteAsync("no recipient chosen: /to NAME or /to #ROOM");
        await alice.TypeAsync("/to #garden", "from outside");
        await alice.WaitForNoteStartAsync("not sent to #garden: ");
        (await alice.QuitAsync()).Should().Be(2, because: "a message was not sent");
    }

    [Fact]
    public async Task InvalidName_IsReportedWithItsCharacter()
    {
        await using var alice = RunningConsole.Start(Server, "alice");
        await alice.TypeAsync("/to ali\u200bce", "/join #a\u200bb", "/topic $a/b");
        await alice.WaitForNoteAsync("not a valid user or room. Character 4 is U+200B, a format character.");
        await alice.WaitForNoteAsync("Character 3 is U+200B, a format character.");
        await alice.WaitForNoteAsync("Character 3 is U+002F, not one of A-Z a-z 0-9 . _ -.");
        (await alice.QuitAsync()).Should().Be(0);
        await using var invalid = RunningConsole.Start(Server, "a:b");
        await invalid.WaitForNoteAsync("--user is not a valid name. Character 2 is U+003A, a colon.");
    }

    [Fact]
    public async Task ListAndHistory_AreShown()
    {
        await using (var carol = await HubAsync("carol"))
            await SendAsync(carol, 1, 25);
        await using var bob = RunningConsole.Start(Server, "bob", to: "carol");
        await bob.WaitForMessageAsync("carol → bob: 25");
        await bob.TypeAsync("/list", "/history 2");
        await bob.WaitForNoteStartAsync("carol  25 unread  ");
        (await bob.EndInputAsync()).Should().Be(0);
        bob.Shown.Should().Equal([.. Numbered("carol → bob:", 6, 25), .. Numbered("carol → bob:", 24, 25)]);
    }

    [Fact]
    public async Task Topic_IsFollowedUntilNamedAgain()
    {
        await using var alice = RunningConsole.Start(Server, "alice");
        await alice.TypeAsync("/topic sales", "/topic $server.stats");
        await alice.WaitForNoteAsync("name a topic that begins with $");
        await alice.WaitForNoteAsync("$server.stats: The caller is not allowed to do this.");
        await alice.TypeAsync("/topic $unknown", "/topic $unknown");
        await alice.WaitForNoteAsync("following $unknown");
        await alice.WaitForNoteAsync("no longer following $unknown");
        (await alice.QuitAsync()).Should().Be(0);
    }

    [Fact]
    public async Task Json_IsTheMessageOfTheWire()
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
    public async Task PipedLines_AreSentAndShownOneALine()
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
    public async Task InvalidArguments_ShowTheUsage(params string[] arguments)
    {
        await using var console = RunningConsole.StartWith(Server, "alice", arguments);
        (await console.EndAsync()).Should().Be(1);
        await console.WaitForNoteStartAsync("usage: Chat.Console --user NAME");
        console.Output.Should().BeEmpty();
    }

    [Fact]
    public async Task Quit_SendsAndShowsEarlierLines()
    {
        await using var alice = RunningConsole.Start(Server, "alice", to: "bob");
        await alice.WaitForNoteAsync("connected");
        await alice.TypeAsync(Numbered("line", 1, 20));
        (await alice.QuitAsync()).Should().Be(0);
        alice.Shown.Should().Equal(Numbered("alice → bob: line", 1, 20));
    }

    [Fact]
    public async Task FirstStart_ShowsTheNewestMessages()
    {
        await using var carol = await HubAsync("carol");
        await SendAsync(carol, 1, 25);
        await using var bob = RunningConsole.Start(Server, "bob");
        await bob.WaitForMessageAsync("carol → bob: 25");
        await carol.SendAsync("bob", "live");
        await bob.WaitForMessageAsync("carol → bob: live");
        bob.Shown.Should().Equal([.. Numbered("carol → bob:", 6, 25), "carol → bob: live"]);
    }

    [Fact]
    public async Task NextStart_ShowsMissedMessages()
    {
        await using var carol = await HubAsync("carol");
        await using (var bob = RunningConsole.Start(Server, "bob"))
        {
            await carol.SendAsync("bob", "0");
            await bob.WaitForMessageAsync("carol → bob: 0");
            (await bob.QuitAsync()).Should().Be(0);
        }
        // More than a first start shows, and more than one answer holds.
        await SendAsync(carol, 1, 600);
        await using var again = RunningConsole.Start(Server, "bob");
        await again.WaitForMessageAsync("carol → bob: 600");
        again.Shown.Should().Equal(Numbered("carol → bob:", 0, 600));
    }

    [Fact]
    public async Task KilledConsole_LosesNoMessage()
    {
        await using var carol = await HubAsync("carol");
        await using var bob = RunningConsole.Start(Server, "bob");
        await carol.SendAsync("bob", "0");
        await bob.WaitForMessageAsync("carol → bob: 0");
        var sending = SendAsync(carol, 1, 600);
        await bob.WaitForMessageAsync("carol → bob: 100");
        await bob.KillAsync();
        bob.Shown.Should().Equal(Numbered("carol → bob:", 0, bob.Shown.Count - 1));
        await sending;
        await using var again = RunningConsole.Start(Server, "bob");
        await again.WaitForMessageAsync("carol → bob: 600");
        again.Shown.Should().Equal(Numbered("carol → bob:", 601 - again.Shown.Count, 600));
        again.Shown.Count.Should().BeGreaterThanOrEqualTo(601 - bob.Shown.Count, because: "it continues where the first was killed");
    }

    [Fact]
    public async Task RefusedUser_IsReportedWithoutInput()
    {
        await using var system = RunningConsole.Start(Server, "system");
        (await system.EndInputAsync()).Should().Be(1);
        await system.WaitForNoteStartAsync("the server does not accept system: ");
    }

    [Fact]
    public async Task InvalidSavedPosition_IsIgnored()
    {
        await using var carol = await HubAsync("carol");
        await using (var bob = RunningConsole.Start(Server, "bob"))
        {
            await carol.SendAsync("bob", "one");
            await bob.WaitForMessageAsync("carol → bob: one");
            (await bob.QuitAsync()).Should().Be(0);
        }
        var file = Directory.GetFiles(RunningConsole.DataOf(Server, "bob"), "*.json", SearchOption.AllDirectories).Single();
        await File.WriteAllTextAsync(file, """{ "bob": { "bob": "nonsense" } }""");
        await carol.SendAsync("bob", "two");
        await using var again = RunningConsole.Start(Server, "bob");
        await again.WaitForMessageAsync("carol → bob: two");
        again.Shown.Should().Equal("carol → bob: one", "carol → bob: two");
        (await again.QuitAsync()).Should().Be(0);
        (await File.ReadAllTextAsync(file)).Should().NotContain("nonsense");
    }

    [Fact]
    public async Task RefusedUser_IsReportedAndEndsTheConsole()
    {
        await using var system = RunningConsole.Start(Server, "system");
        await system.WaitForNoteStartAsync("the server does not accept system: ");
        (await system.EndAsync()).Should().Be(1);
    }

    [Fact]
    public async Task RefusedMessage_IsReportedAndSetsTheExitCode()
    {
        await using var alice = RunningConsole.Start(Server, "alice", to: "system");
        await alice.TypeAsync("to the server", "/to bob", "to bob");
        (await alice.EndInputAsync()).Should().Be(2);
        await alice.WaitForNoteStartAsync("not sent to system: ");
        alice.Shown.Should().Equal("alice → bob: to bob");
    }

    private static Task SendAsync(HubClient from, int first, int last) =>
        Task.WhenAll(Enumerable.Range(first, last - first + 1).Select(i => from.SendAsync("bob", $"{i}")));

    private static IEnumerable<string> Numbered(string text, int first, int last) => Enumerable.Range(first, last - first + 1).Select(i => $"{text} {i}");
}
