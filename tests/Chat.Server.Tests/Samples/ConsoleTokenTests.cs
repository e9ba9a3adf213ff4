using Chat.Server.Tests.Identity;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Samples;

/// <summary>samples/Chat.Console and a server that requires tokens.</summary>
public sealed class ConsoleTokenTests : IAsyncLifetime
{
    private readonly ServerProcess server = new(Tokens.Settings);

    public Task InitializeAsync() => server.StartAsync();

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Token_GivesTheUserId()
    {
        await using var alice = RunningConsole.StartWith(server, "alice", ["--url", $"{server.Address}", "--token", Tokens.Of("alice"), "--to", "bob"]);
        await using var bob = RunningConsole.StartWith(server, "bob", ["--url", $"{server.Address}"], token: Tokens.Of("bob"));
        await alice.TypeAsync("signed");
        await bob.WaitForMessageAsync("alice → bob: signed");
        (await alice.QuitAsync()).Should().Be(0);
    }

    [Fact]
    public async Task InvalidToken_IsRefused()
    {
        await using var mallory = RunningConsole.StartWith(server, "mallory", ["--url", $"{server.Address}", "--token", Tokens.Unsigned("alice")]);
        await mallory.WaitForNoteAsync("the server does not accept this token: Present a valid token.");
        (await mallory.EndAsync()).Should().Be(1);
    }
}
