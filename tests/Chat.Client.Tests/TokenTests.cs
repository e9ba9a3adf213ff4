using Chat.Protocol;
using Chat.Server.Tests.Identity;

namespace Chat.Client.Tests;

/// <summary>A server that wants tokens.</summary>
public sealed class TokenTests() : WithServer(Tokens.Settings)
{
    [Fact]
    public async Task TheServerSaysWhoATokenIs()
    {
        var alice = WithTokens(_ => Tokens.Of("alice"));
        (await SoonAsync(alice.ConnectAsync(), "The connection")).Should().Be("alice");
        await alice.SendAsync("alice", "hi");
        await using var read = new Reading(alice);
        (await read.NextAsync()).Should().Be("alice: hi");
    }

    [Fact]
    public async Task ATokenThatExpiresIsReplacedInTime()
    {
        var another = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var states = new List<ConnectionState>();
        ChatClient? alice = null;
        // Less than a minute is left of the first ones: the server says so at once.
        alice = WithTokens(_ =>
        {
            if (alice?.State != ConnectionState.Connected)
                return Tokens.Of("alice", DateTimeOffset.UtcNow.AddSeconds(20));
            another.TrySetResult();
            return Tokens.Of("alice");
        });
        alice.StateChanged += (state, _) => states.Add(state);
        await alice.ConnectAsync();
        await SoonAsync(another.Task, "The demand for another token");
        await alice.SendAsync("alice", "hi");
        states.Should().Equal(ConnectionState.Connected);
    }

    [Fact]
    public async Task ATokenMayBeRefreshedAtAnyTime()
    {
        var expires = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 1000);
        var alice = WithTokens(asked => Tokens.Of("alice", expires.AddSeconds(asked)));
        await alice.ConnectAsync();
        var asked = (await SoonAsync(alice.RefreshAsync(), "The answer")) - expires;
        asked.TotalSeconds.Should().BeGreaterThan(1);
    }

    [Fact]
    public async Task ATokenThatIsNotGoodIsARefusal()
    {
        var mallory = WithTokens(_ => Tokens.Unsigned("alice"));
        (await RefusalAsync(mallory.SendAsync("alice", "hi"))).Error.Should().Be(ChatError.Unauthenticated);
    }

    [Fact]
    public async Task WhileThereIsNoTokenItIsAskedForAgain()
    {
        var alice = WithTokens(asked => asked < 3 ? throw new HttpRequestException("The provider is away.") : Tokens.Of("alice"));
        (await SoonAsync(alice.ConnectAsync(), "The connection")).Should().Be("alice");
    }

    /// <param name="token">Given how often it was asked.</param>
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
