using Chat.Server.Tests.Identity;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Samples;

/// <summary>samples/Chat.Console and a server that requires tokens.</summary>
public sealed class ConsoleTokenTests : ConsoleTest<TestServer>
{
    protected override Task<TestServer> StartAsync() => TestServer.StartAsync(Tokens.Settings);

    [Fact]
    public async Task Token_GivesTheUserId()
    {
        await using var alice = RunningConsole.StartWith(Server, "alice", ["--url", $"{Server.Address}", "--token", Tokens.Of("alice"), "--to", "bob"]);
        await using var bob = RunningConsole.StartWith(Server, "bob", ["--url", $"{Server.Address}"], token: Tokens.Of("bob"));
        await alice.TypeAsync("signed");
        await bob.WaitForMessageAsync("alice → bob: signed");
        (await alice.QuitAsync()).Should().Be(0);
    }

    [Fact]
    public async Task InvalidToken_IsRefused()
    {
        await using var mallory = RunningConsole.StartWith(Server, "mallory", ["--url", $"{Server.Address}", "--token", Tokens.Unsigned("alice")]);
        await mallory.WaitForNoteAsync("the server does not accept this token: Present a valid token.");
        (await mallory.EndAsync()).Should().Be(1);
    }
}
