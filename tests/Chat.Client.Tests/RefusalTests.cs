using Chat.Protocol;
using Chat.Server.Tests.Running;

namespace Chat.Client.Tests;

/// <summary>Only the server's own refusal ends a client; an answer of a proxy does not.</summary>
public sealed class RefusalTests : ClientTest
{
    [Theory]
    [InlineData("403 Forbidden\r\nContent-Type: text/html", "<h1>Blocked by your firewall</h1>")]
    [InlineData("403 Forbidden", "forbidden")]
    [InlineData("403 Forbidden", "blocked: ask your administrator")]
    [InlineData("401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"hotel\"", "<h1>Sign in to the hotel's network</h1>")]
    [InlineData("503 Service Unavailable", "")]
    [InlineData("200 OK\r\nContent-Type: text/html", "<h1>Welcome to the hotel</h1>")]
    [InlineData("403 Forbidden\r\nChat-Refusal: a_code_of_later", "a_code_of_later: Something new.")]
    public async Task AnswerOfAProxy_IsRetried(string status, string body)
    {
        using var portal = new Portal(Server.Address);
        var alice = Client("alice", at: portal.Address);
        await SoonAsync(alice.SendAsync("bob", "before"), "The receipt");

        portal.Shut(status, body);
        var sending = alice.SendAsync("bob", "after");
        await Wait.UntilAsync(() => Task.FromResult(portal.Answered >= 2), "Two tries");
        portal.Open();

        (await SoonAsync(sending, "The receipt")).Offset.Should().Be(2);
    }

    [Theory]
    [InlineData("403 Forbidden\r\nChat-Refusal: forbidden\r\nChat-Refusal-Reason: banned", "forbidden: This user is banned.", "forbidden", "This user is banned.")]
    [InlineData("403 Forbidden\r\nChat-Refusal: bad_user_id", "a proxy has replaced the body", "bad_user_id", "The sender is not a valid user id.")]
    [InlineData("403 Forbidden", "forbidden: This user is banned.", "forbidden", "This user is banned.")] // an older server
    [InlineData("401 Unauthorized", "unauthenticated: Present a valid token.\n", "unauthenticated", "Present a valid token.")]
    public async Task AnswerOfTheServer_EndsTheClient(string status, string body, string code, string text)
    {
        using var portal = new Portal(Server.Address);
        portal.Shut(status, body);
        var alice = Client("alice", at: portal.Address);

        var refusal = await RefusalAsync(alice.ConnectAsync());

        (refusal.Error.Code, refusal.Message).Should().Be((code, text));
        alice.State.Should().Be(ConnectionState.Refused);
    }

    [Fact]
    public async Task BannedUser_GetsTheReason()
    {
        using var http = Operator();
        (await http.PutAsync("bans/mallory", null)).EnsureSuccessStatusCode().Dispose();

        var refusal = await RefusalAsync(Client("mallory").ConnectAsync());

        (refusal.Error, refusal.Message).Should().Be((ChatError.Forbidden, Notice.Banned.Text));
    }

    [Fact]
    public async Task KickedClients_NeverReconnect()
    {
        using var http = Operator();
        await Parallel.ForEachAsync(Enumerable.Range(0, 1000), new ParallelOptions { MaxDegreeOfParallelism = 24 }, async (i, _) =>
        {
            await using var client = new ChatClient(new ChatClientOptions { Server = Server.Address, User = $"user{i}", MinReconnectDelay = TimeSpan.FromMilliseconds(20) });
            var ended = new TaskCompletionSource<ConnectionState>(TaskCreationOptions.RunContinuationsAsynchronously);
            await client.SendAsync("alice", "hi", cancellationToken: CancellationToken.None);
            client.StateChanged += (state, _) => ended.TrySetResult(state);
            (await http.DeleteAsync($"users/user{i}/connections", CancellationToken.None)).EnsureSuccessStatusCode().Dispose();
            (await SoonAsync(ended.Task, "The end")).Should().Be(ConnectionState.Refused);
        });
    }
}
