using Chat.Server.Tests.Running;
using static Chat.Server.Tests.Samples.TerminalConsole;

namespace Chat.Server.Tests.Samples;

/// <summary>samples/Chat.Console on a terminal.</summary>
[Trait("Duration", "Long")]
public sealed class ConsoleTerminalTests : ConsoleTest
{
    [Fact]
    public async Task Help_ListsTheCommands()
    {
        await using var alice = TerminalConsole.Start(Server, "alice", to: "bob");
        await alice.WaitForTextAsync("type /help for the commands");
        await alice.PressAsync("/help", Enter);
        await alice.WaitForTextAsync("/quit");
        await alice.PressAsync("/quit", Enter);
        (await alice.EndAsync()).Should().Be(0);
    }

    [Fact]
    public async Task TypedLine_CanBeEditedAndRecalled()
    {
        await using var bob = await HubAsync("bob");
        await using var alice = TerminalConsole.Start(Server, "alice", to: "bob");
        await alice.WaitForInputAsync("bob> ");
        await alice.PressAsync("hell wrld😀", Backspace, Left, Left, Left, "o", Home, ">", Enter);
        (await bob.ReceiveAsync()).Content.Should().Be(">hell world");
        await alice.PressAsync(Up, " again", Enter);
        (await bob.ReceiveAsync()).Content.Should().Be(">hell world again");
    }

    [Fact]
    public async Task IncomingMessage_KeepsTheTypedLine()
    {
        await using var bob = await HubAsync("bob");
        await using var alice = TerminalConsole.Start(Server, "alice", to: "bob");
        await alice.PressAsync("half a sent");
        await alice.WaitForInputAsync("bob> half a sent");
        await bob.SendAsync("alice", "meanwhile");
        (await bob.ReceiveAsync()).Content.Should().Be("meanwhile");
        await alice.WaitForTextAsync(": meanwhile");
        await alice.WaitForInputAsync("bob> half a sent");
        await alice.PressAsync("ence", Enter);
        (await bob.ReceiveAsync()).Content.Should().Be("half a sentence");
    }

    [Fact]
    public async Task LongText_CanBePasted()
    {
        await using var bob = await HubAsync("bob");
        await using var alice = TerminalConsole.Start(Server, "alice", to: "bob");
        await alice.WaitForInputAsync("bob> ");
        var pasted = string.Concat(Enumerable.Range(0, 500).Select(i => $"word {i} "));
        await alice.PressAsync(pasted, Enter);
        (await bob.ReceiveAsync()).Content.Should().Be(pasted);
    }

    [Theory]
    [InlineData(Interrupt)]
    [InlineData(EndOfInput)]
    public async Task EndKeys_EndAfterEverythingIsSent(string key)
    {
        await using var bob = await HubAsync("bob");
        await using var alice = TerminalConsole.Start(Server, "alice", to: "bob");
        await alice.WaitForInputAsync("bob> ");
        await alice.PressAsync("last words", Enter);
        await alice.WaitForTextAsync(": last words");
        await alice.PressAsync(key);
        (await alice.EndAsync()).Should().Be(0);
        (await bob.ReceiveAsync()).Content.Should().Be("last words");
    }

    [Fact]
    public async Task MessagesOfAnEarlierRun_AreReadWhenChosen()
    {
        await using var ned = await HubAsync("ned");
        await ned.SendAsync("alice", "psst");
        await using (var first = TerminalConsole.Start(Server, "alice"))
        {
            await first.WaitForTextAsync(": psst");
            await first.PressAsync("/quit", Enter);
            (await first.EndAsync()).Should().Be(0);
        }
        (await UnreadAsync("alice", "ned")).Should().Be(1, because: "no recipient was chosen");
        await using var again = TerminalConsole.Start(Server, "alice");
        await again.WaitForTextAsync(": psst");
        await again.PressAsync("/to ned", Enter);
        await Wait.UntilAsync(async () => await UnreadAsync("alice", "ned") == 0, "The read mark");
    }

    [Fact]
    public async Task ShownHistory_IsMarkedRead()
    {
        await using var ned = await HubAsync("ned");
        await ned.SendAsync("alice", "psst");
        // More messages than a first start shows.
        for (var i = 1; i <= 20; i++)
            await ned.SendAsync("alice", $"{i}");
        await using (var carol = await HubAsync("carol"))
            for (var i = 1; i <= 20; i++)
                await carol.SendAsync("alice", $"noise {i}");
        await using var alice = TerminalConsole.Start(Server, "alice", to: "ned");
        await alice.WaitForTextAsync(": noise 20");
        await alice.PressAsync("/history", Enter);
        await Wait.UntilAsync(async () => await UnreadAsync("alice", "ned") == 0, "The read mark");
    }

    private async Task<long> UnreadAsync(string user, string with)
    {
        await using var hub = await HubAsync(user);
        return (await hub.ConversationsAsync()).Conversations.Single(conversation => conversation.With == with).Unread;
    }
}
