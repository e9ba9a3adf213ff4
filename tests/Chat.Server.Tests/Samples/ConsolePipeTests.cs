using System.Globalization;
using System.Text.Json;
using Chat.Protocol;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Samples;

/// <summary>samples/Chat.Console in pipes: its ends and its exit codes.</summary>
[Trait("Duration", "Long")]
public sealed class ConsolePipeTests : ConsoleTest
{
    [Fact]
    public async Task ConsoleWithoutNewMessages_Exits()
    {
        await using var carol = await HubAsync("carol");
        await carol.SendAsync("bob", "to him");
        await using var bob = await HubAsync("bob");
        await bob.JoinAsync("#garden");
        await bob.SendAsync("#garden", "to all");
        (await ShowAsync("bob")).Should().BeEquivalentTo("to him", "to all");
        (await ShowAsync("bob")).Should().BeEmpty();
    }

    [Fact]
    public async Task UnwrittenMessages_AreShownByTheNextRun()
    {
        await using var carol = await HubAsync("carol");
        await carol.SendAsync("bob", "0");
        (await ShowAsync("bob")).Should().Equal("0");
        // More than the buffers of a pipe and of `head`.
        foreach (var i in Enumerable.Range(1, 100))
            await carol.SendAsync("bob", $"{i} {new string('x', 4000)}");
        await using var bob = RunningConsole.StartInShell(Server, "bob", "exec \"$@\" > >(head -n 1)", "--json");
        (await bob.EndAsync()).Should().Be(3);
        await bob.WaitForNoteStartAsync("the output ");
        Contents(bob).Should().ContainSingle().Which.Should().StartWith("1 ");
        var rest = (await ShowAsync("bob")).ConvertAll(content => int.Parse(content.Split(' ')[0], CultureInfo.InvariantCulture));
        rest.Count.Should().BeGreaterThan(50);
        rest.Should().Equal(Enumerable.Range(101 - rest.Count, rest.Count));
    }

    [Fact]
    public async Task OutputWithoutReader_EndsTheConsole()
    {
        await using var bob = RunningConsole.StartInShell(Server, "bob", "exec \"$@\" > >(true)");
        (await bob.EndAsync()).Should().Be(3);
        await bob.WaitForNoteAsync("the output pipe has no reader");
    }

    [Theory]
    [InlineData(">/dev/full", "the output cannot be written: No space left on device")]
    [InlineData(">&-", "the output is closed")]
    [InlineData("<&-", "the input is closed")]
    public async Task BrokenInputOrOutput_IsReported(string redirected, string why)
    {
        await using var carol = await HubAsync("carol");
        await carol.SendAsync("bob", "unseen");
        await using var bob = RunningConsole.StartInShell(Server, "bob", $"exec \"$@\" {redirected}");
        (await bob.EndAsync()).Should().Be(3);
        await bob.WaitForNoteAsync(why);
        (await ShowAsync("bob")).Should().Equal("unseen");
    }

    [Theory]
    [InlineData("exec \"$@\" 2>/dev/full")]
    [InlineData("exec \"$@\" 2>&-")]
    [InlineData("unset XDG_DATA_HOME; HOME=/proc/nope exec \"$@\"")]
    public async Task BrokenErrorOutputOrStore_StillShowsMessages(string command)
    {
        await using var carol = await HubAsync("carol");
        await carol.SendAsync("bob", "seen");
        await using var bob = RunningConsole.StartInShell(Server, "bob", command, "--json");
        (await bob.EndInputAsync()).Should().Be(0);
        Contents(bob).Should().Equal("seen");
    }

    [Fact]
    public async Task LineWithoutRecipient_IsNotSent()
    {
        await using var alice = RunningConsole.Start(Server, "alice");
        await alice.TypeAsync("hi");
        (await alice.EndInputAsync()).Should().Be(2);
        await alice.WaitForNoteAsync("no recipient chosen: /to NAME or /to #ROOM");
    }

    [Fact]
    public async Task EverySend_RestartsTheTimeout()
    {
        await using var slow = await TestServer.StartAsync(new() { ["Chat:Limits:SendsPerSecond"] = "1", ["Chat:Limits:SendBurst"] = "1" });
        await using var alice = RunningConsole.Start(slow, "alice", to: "alice", more: "--json");
        // At one message a second, all 14 take longer than the timeout for one.
        await alice.TypeAsync(Enumerable.Range(1, 14).Select(i => $"{i}"));
        (await alice.EndInputAsync()).Should().Be(0);
        Contents(alice).Should().Equal(Enumerable.Range(1, 14).Select(i => $"{i}"));
    }

    /// <summary>Returns the messages that a run with empty input shows.</summary>
    private async Task<List<string>> ShowAsync(string user)
    {
        await using var console = RunningConsole.Start(Server, user, more: "--json");
        (await console.EndInputAsync()).Should().Be(0);
        return Contents(console);
    }

    private static List<string> Contents(RunningConsole console) =>
        console.Output.ConvertAll(line => JsonSerializer.Deserialize(line, ChatJson.Default.Message)!.Content);
}
