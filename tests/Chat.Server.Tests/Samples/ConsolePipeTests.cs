using System.Globalization;
using System.Text.Json;
using Chat.Protocol;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Samples;

/// <summary>samples/Chat.Console between other programs: what ends it, and what its exit code tells.</summary>
public sealed class ConsolePipeTests : OnOneServerProcess
{
    [Fact]
    public async Task WhoHasSeenEverythingHasNothingToWaitFor()
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
    public async Task WhatNobodyReadsIsShownByTheNextRun()
    {
        await using var carol = await HubAsync("carol");
        await carol.SendAsync("bob", "0");
        (await ShowAsync("bob")).Should().Equal("0");
        // More than a pipe and `head` hold.
        foreach (var i in Enumerable.Range(1, 100))
            await carol.SendAsync("bob", $"{i} {new string('x', 4000)}");
        await using var bob = RunningConsole.StartInShell(Server, "bob", "exec \"$@\" > >(head -n 1)", "--json");
        (await bob.EndAsync()).Should().Be(3);
        await bob.SaidLikeAsync("the output ");
        Contents(bob).Should().ContainSingle().Which.Should().StartWith("1 ");
        var rest = (await ShowAsync("bob")).ConvertAll(content => int.Parse(content.Split(' ')[0], CultureInfo.InvariantCulture));
        rest.Count.Should().BeGreaterThan(50);
        rest.Should().Equal(Enumerable.Range(101 - rest.Count, rest.Count));
    }

    [Fact]
    public async Task AConsoleThatNobodyReadsEnds()
    {
        await using var bob = RunningConsole.StartInShell(Server, "bob", "exec \"$@\" > >(true)");
        (await bob.EndAsync()).Should().Be(3);
        await bob.SaidAsync("the output is not read any more");
    }

    [Theory]
    [InlineData(">/dev/full", "the output cannot be written: No space left on device")]
    [InlineData(">&-", "the output is closed")]
    [InlineData("<&-", "the input is closed")]
    public async Task AConsoleThatCannotReadOrWriteSaysSo(string redirected, string why)
    {
        await using var carol = await HubAsync("carol");
        await carol.SendAsync("bob", "unseen");
        await using var bob = RunningConsole.StartInShell(Server, "bob", $"exec \"$@\" {redirected}");
        (await bob.EndAsync()).Should().Be(3);
        await bob.SaidAsync(why);
        (await ShowAsync("bob")).Should().Equal("unseen");
    }

    [Theory]
    [InlineData("exec \"$@\" 2>/dev/full")]
    [InlineData("exec \"$@\" 2>&-")]
    [InlineData("unset XDG_DATA_HOME; HOME=/proc/nope exec \"$@\"")]
    public async Task AConsoleThatCanSayOrRememberNothingShowsMessages(string command)
    {
        await using var carol = await HubAsync("carol");
        await carol.SendAsync("bob", "seen");
        await using var bob = RunningConsole.StartInShell(Server, "bob", command, "--json");
        (await bob.EndInputAsync()).Should().Be(0);
        Contents(bob).Should().Equal("seen");
    }

    [Fact]
    public async Task ALineForNobodyWasNotSent()
    {
        await using var alice = RunningConsole.Start(Server, "alice");
        await alice.TypeAsync("hi");
        (await alice.EndInputAsync()).Should().Be(2);
        await alice.SaidAsync("write to whom? /to NAME");
    }

    [Fact]
    public async Task NothingIsGivenUpAsLongAsSomethingIsSent()
    {
        await using var slow = new ServerProcess(new() { ["Chat:Limits:SendsPerSecond"] = "1", ["Chat:Limits:SendBurst"] = "1" });
        await slow.StartAsync();
        await using var alice = RunningConsole.Start(slow, "alice", to: "alice", more: "--json");
        // One a second: it takes longer than it would wait for one.
        await alice.TypeAsync(Enumerable.Range(1, 14).Select(i => $"{i}"));
        (await alice.EndInputAsync()).Should().Be(0);
        Contents(alice).Should().Equal(Enumerable.Range(1, 14).Select(i => $"{i}"));
    }

    /// <summary>What a run shows whose input is empty.</summary>
    private async Task<List<string>> ShowAsync(string user)
    {
        await using var console = RunningConsole.Start(Server, user, more: "--json");
        (await console.EndInputAsync()).Should().Be(0);
        return Contents(console);
    }

    private static List<string> Contents(RunningConsole console) =>
        console.Output.ConvertAll(line => JsonSerializer.Deserialize(line, ChatJson.Default.Message)!.Content);
}
