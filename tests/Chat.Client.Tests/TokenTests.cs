using Chat.Protocol;
using Chat.Server.Tests.Identity;

namespace Chat.Client.Tests;

/// <summary>A server that requires tokens.</summary>
public sealed class TokenTests() : ClientTest(Tokens.Settings)
{
    [Fact]
    public async Task Token_GivesTheUserId()
    {
        var alice = WithTokens(_ => Tokens.Of("alice"));
        (await SoonAsync(alice.ConnectAsync(), "The connection")).Should().Be("alice");
        await alice.SendAsync("alice", "hi");
        await using var read = new Reading(alice);
        (await read.NextAsync()).Should().Be("alice: hi");
    }

    [Fact]
    public async Task ExpiringToken_IsReplaced()
    {
        var another = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var states = new List<ConnectionState>();
        ChatClient? alice = null;
        // The first tokens expire in less than a minute, so the server sends the notice at once.
        alice = WithTokens(_ =>
        {
            if (alice?.State != ConnectionState.Connected)
                return Tokens.Of("alice", DateTimeOffset.UtcNow.AddSeconds(20));
            another.TrySetResult();
            return Tokens.Of("alice");
        });
        alice.StateChanged += (state, _) => states.Add(state);
        await alice.ConnectAsync();
        await SoonAsync(another.Task, "The request for another token");
        await alice.SendAsync("alice", "hi");
        states.Should().Equal(ConnectionState.Connected);
    }

    [Fact]
    public async Task Refresh_ReturnsTheNewExpiry()
    {
        var expires = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 1000);
        var alice = WithTokens(asked => Tokens.Of("alice", expires.AddSeconds(asked)));
        await alice.ConnectAsync();
        var asked = (await SoonAsync(alice.RefreshAsync(), "The answer")) - expires;
        asked.TotalSeconds.Should().BeGreaterThan(1);
    }

    [Fact]
    public async Task InvalidToken_IsRefused()
    {
        var mallory = WithTokens(_ => Tokens.Unsigned("alice"));
        (await RefusalAsync(mallory.SendAsync("alice", "hi"))).Error.Should().Be(ChatError.Unauthenticated);
    }

    [Fact]
    public async Task FailedTokenCall_IsRetried()
    {
        var alice = WithTokens(asked => asked < 3 ? throw new HttpRequestException("The provider does not answer.") : Tokens.Of("alice"));
        (await SoonAsync(alice.ConnectAsync(), "The connection")).Should().Be("alice");
    }

    /// <param name="token">Returns a token; its argument is the number of calls.</param>
    private ChatClient WithTokens(Func<int, string> token)
    {
        var asked = 0;
        return Add(new ChatClientOptions
        {
            Server = Server.Address,
            AccessToken = _ => Task.FromResult<string?>(token(Interlocked.Increment(ref asked))),
            MinReconnectDelay = TimeSpan.FromMilliseconds(20),
        });
    }
}
