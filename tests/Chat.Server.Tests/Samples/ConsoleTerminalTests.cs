using static Chat.Server.Tests.Samples.TerminalConsole;

namespace Chat.Server.Tests.Samples;

/// <summary>samples/Chat.Console for people at a terminal.</summary>
public sealed class ConsoleTerminalTests : OnOneServerProcess
{
    [Fact]
    public async Task HelpIsOneCommandAway()
    {
        await using var alice = TerminalConsole.Start(Server, "alice", to: "bob");
        await alice.ShownAsync("/help says what can be typed");
        await alice.PressAsync("/help", Enter);
        await alice.ShownAsync("/quit");
        await alice.PressAsync("/quit", Enter);
        (await alice.EndAsync()).Should().Be(0);
    }

    [Fact]
    public async Task WhatIsTypedCanBeEditedAndComesBack()
    {
        await using var bob = await HubAsync("bob");
        await using var alice = TerminalConsole.Start(Server, "alice", to: "bob");
        await alice.TypedAsync("bob> ");
        await alice.PressAsync("hell wrld😀", Backspace, Left, Left, Left, "o", Home, ">", Enter);
        (await bob.ReceiveAsync()).Content.Should().Be(">hell world");
        await alice.PressAsync(Up, " again", Enter);
        (await bob.ReceiveAsync()).Content.Should().Be(">hell world again");
    }

    [Fact]
    public async Task AMessageThatComesWhileOneTypesLeavesTheLineWhole()
    {
        await using var bob = await HubAsync("bob");
        await using var alice = TerminalConsole.Start(Server, "alice", to: "bob");
        await alice.PressAsync("half a sent");
        await alice.TypedAsync("bob> half a sent");
        await bob.SendAsync("alice", "meanwhile");
        (await bob.ReceiveAsync()).Content.Should().Be("meanwhile");
        await alice.ShownAsync(": meanwhile");
        await alice.TypedAsync("bob> half a sent");
        await alice.PressAsync("ence", Enter);
        (await bob.ReceiveAsync()).Content.Should().Be("half a sentence");
    }

    [Fact]
    public async Task ALongTextCanBePasted()
    {
        await using var bob = await HubAsync("bob");
        await using var alice = TerminalConsole.Start(Server, "alice", to: "bob");
        await alice.TypedAsync("bob> ");
        var pasted = string.Concat(Enumerable.Range(0, 500).Select(i => $"word {i} "));
        await alice.PressAsync(pasted, Enter);
        (await bob.ReceiveAsync()).Content.Should().Be(pasted);
    }

    [Theory]
    [InlineData(Interrupt)]
    [InlineData(EndOfInput)]
    public async Task KeysThatEndProgramsEndItOnceEverythingIsSent(string key)
    {
        await using var bob = await HubAsync("bob");
        await using var alice = TerminalConsole.Start(Server, "alice", to: "bob");
        await alice.TypedAsync("bob> ");
        await alice.PressAsync("last words", Enter);
        await alice.ShownAsync(": last words");
        await alice.PressAsync(key);
        (await alice.EndAsync()).Should().Be(0);
        (await bob.ReceiveAsync()).Content.Should().Be("last words");
    }
}
