using System.Net;
using System.Net.Http.Json;
using System.Text;
using Chat.Server.Tests.Identity;
using Chat.Server.Tests.Push;
using Chat.Server.Tests.Running;
using Microsoft.Extensions.Time.Testing;

namespace Chat.Server.Tests.Operations;

/// <summary>The operators' calls about a user.</summary>
[Trait("Duration", "Long")]
public sealed class OperatorTests
{
    private static readonly Dictionary<string, string> Settings = Keys.Settings(("boss", "boss", ["admin", "push"]));

    [Fact]
    public async Task ConnectionsOfUser_AreListed()
    {
        await using var server = await TestServer.StartAsync(new(Settings) { ["Chat:KnownProxies:0"] = "127.0.0.1" });
        using var boss = Keys.Client(server.Address, "boss");
        var before = DateTimeOffset.UtcNow.AddSeconds(-1);
        await server.HubAsync("alice");
        await server.HubAsync("alice", Microsoft.AspNetCore.Http.Connections.HttpTransportType.LongPolling);
        await using var raw = await RawClient.ConnectAsync(server.Address, "?userid=alice", headers: [("X-Forwarded-For", "203.0.113.7")]);
        await raw.SendAsync("alice:alice:here");
        (await raw.ReceiveAsync()).Should().Be("alice:here");
        await server.HubAsync("bob");
        var connections = (await boss.GetFromJsonAsync("/api/v1/users/alice/connections", Protocol.ChatJson.Default.ConnectionsAnswer))!.Connections;
        connections.Select(connection => (connection.Kind, connection.Address)).Should().Equal(("hub", "127.0.0.1"), ("hub", "127.0.0.1"), ("raw", "203.0.113.7"));
        connections.Select(connection => connection.Id).Should().OnlyHaveUniqueItems();
        connections.Select(connection => connection.Since).Should().BeInAscendingOrder().And.OnlyContain(since => since > before && since <= DateTimeOffset.UtcNow);
        connections.Should().OnlyContain(connection => connection.QueuedBytes == 0);
        (await boss.GetStringAsync("/api/v1/users/nobody/connections")).Should().Be("""{"connections":[]}""");
    }

    [Fact]
    public async Task QueuedBytesOfStalledClient_AreListed()
    {
        await using var server = await TestServer.StartAsync(Settings);
        using var boss = Keys.Client(server.Address, "boss");
        await using var stalled = await server.TcpAsync("/api/home/connect?userid=alice", receiveBufferBytes: 4096);
        var bob = await server.HubAsync("bob");
        await Wait.UntilAsync(
            async () =>
            {
                await bob.SendAsync("alice", new string('x', 60_000));
                return (await boss.GetFromJsonAsync("/api/v1/users/alice/connections", Protocol.ChatJson.Default.ConnectionsAnswer))!.Connections is [{ QueuedBytes: > 50_000 }];
            },
            "A queue");
    }

    [Fact]
    public async Task ConnectionsOfUser_CanBeClosed()
    {
        await using var server = await TestServer.StartAsync(Settings);
        using var boss = Keys.Client(server.Address, "boss");
        var (hub, raw, control) = (await server.HubAsync("alice"), await server.RawAsync(query: "?userid=alice"), await server.HubAsync("bob"));
        await control.SendAsync("alice", "hi");
        (await raw.ReceiveAsync()).Should().Be("bob:hi");
        using var answer = await boss.DeleteAsync("/api/v1/users/alice/connections");
        (await answer.Content.ReadAsStringAsync()).Should().Be("""{"closed":2}""");
        (await hub.Notice).Code.Should().Be("kicked");
        await hub.Closed;
        (await raw.ReceiveCloseAsync()).Should().Be(4403);
        await control.SendAsync("alice", "she may come back");
        (await (await server.HubAsync("alice")).ResumeAsync("alice")).Messages[^1].Content.Should().Be("she may come back");
    }

    [Fact]
    public async Task Ban_LastsOverARestart()
    {
        await using var server = new ServerProcess(Settings);
        await server.StartAsync();
        using (var boss = Keys.Client(server.Address, "boss"))
        await using (var hub = await HubClient.ConnectAsync(server.Address, "alice"))
        await using (var raw = await RawClient.ConnectAsync(server.Address, "?userid=alice"))
        await using (var bob = await HubClient.ConnectAsync(server.Address, "bob"))
        {
            (await boss.PutAsync("/api/v1/bans/alice", null)).StatusCode.Should().Be(HttpStatusCode.NoContent);
            (await hub.Notice).Code.Should().Be("banned");
            await hub.Closed;
            (await raw.ReceiveCloseAsync()).Should().Be(4403);
            await ShouldBeRefusedAsync(server.Address);
            (await boss.GetStringAsync("/api/v1/users/alice")).Should().Contain("\"banned\":true");
            (await bob.TrySendAsync("alice", "hi")).Should().Be("forbidden");
            using var push = await boss.PostAsync("/api/v1/messages", new StringContent("""{"to":"alice","content":"hi"}"""));
            push.StatusCode.Should().Be(HttpStatusCode.Forbidden);
            (await bob.TrySendAsync("bob", "unhindered")).Should().BeNull();
        }
        (await server.TerminateAsync()).Should().Be(0);
        await server.StartAsync();
        await ShouldBeRefusedAsync(server.Address);
        using (var boss = Keys.Client(server.Address, "boss"))
            (await boss.DeleteAsync("/api/v1/bans/alice")).StatusCode.Should().Be(HttpStatusCode.NoContent);
        await using var again = await HubClient.ConnectAsync(server.Address, "alice");
        (await again.TrySendAsync("bob", "hi")).Should().BeNull();
    }

    [Fact]
    public async Task BanBeforeHandshake_EndsTheConnection()
    {
        await using var server = await TestServer.StartAsync(Settings);
        using var boss = Keys.Client(server.Address, "boss");
        await using var alice = await server.TcpAsync("/chat?userid=alice"); // admitted; the hub knows it only after its handshake
        (await boss.PutAsync("/api/v1/bans/alice", null)).StatusCode.Should().Be(HttpStatusCode.NoContent);
        await alice.SendAsync(RawTcpClient.Frame(
            "{\"protocol\":\"json\",\"version\":1}\u001e{\"type\":1,\"invocationId\":\"1\",\"target\":\"Resume\",\"arguments\":[{}]}\u001e"));
        var text = "";
        while (!text.Contains("invocationId", StringComparison.Ordinal) && await alice.ReceiveAsync() is { Opcode: 1 } frame)
            text += Encoding.UTF8.GetString(frame.Payload);
        text.Should().Contain("\"banned\"").And.NotContain("invocationId", because: "the connection has ended before its first call");
    }

    [Theory]
    [InlineData("PUT", "/api/v1/bans/alice")]
    [InlineData("DELETE", "/api/v1/users/alice/connections")]
    public async Task StalledClient_IsEndedAfterTwoSeconds(string method, string path)
    {
        var time = new FakeTimeProvider();
        await using var server = await TestServer.StartAsync(Settings, time);
        using var boss = Keys.Client(server.Address, "boss");
        var bob = await server.HubAsync("bob");
        var alice = await server.TcpAsync(receiveBufferBytes: 4096);
        await alice.SendAsync(RawTcpClient.Frame("alice::"));
        for (var i = 0; i < 100; i++)
            await bob.SendAsync("alice", new string('x', 60_000)); // more in all than the socket buffers hold
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        (await boss.SendAsync(request)).IsSuccessStatusCode.Should().BeTrue();
        time.Advance(TimeSpan.FromSeconds(2));
        await Wait.UntilAsync(async () => !await IsOpenAsync(alice) && (await boss.GetStringAsync("/api/v1/users/alice")).Contains("\"online\":false", StringComparison.Ordinal), "The end of the connection");
    }

    [Fact]
    public async Task KeyGuesses_AreLimitedAtTheApi()
    {
        await using var server = await TestServer.StartAsync(new(Settings) { ["Chat:Limits:WrongKeysPerMinute"] = "5" });
        using var guesser = Keys.Client(server.Address, "a guess");
        for (var i = 0; i < 5; i++)
            (await guesser.GetAsync("/api/v1/users")).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        using var answer = await guesser.GetAsync("/api/v1/users");
        answer.StatusCode.Should().Be(HttpStatusCode.TooManyRequests);
        answer.Headers.RetryAfter.Should().NotBeNull();
        using var boss = Keys.Client(server.Address, "boss");
        (await boss.GetAsync("/api/v1/users")).StatusCode.Should().Be(HttpStatusCode.TooManyRequests, because: "a guess of the right key must fail too");
        await (await server.HubAsync("alice")).SendAsync("bob", "unhindered");
    }

    [Theory]
    [InlineData("guess")]
    [InlineData("guess.")]
    [InlineData("g.u.e.s.s")]
    public async Task KeyGuesses_AreLimitedAtTheHub(string guess)
    {
        await using var server = await TestServer.StartAsync(new(Tokens.Settings.Concat(Settings)) { ["Chat:Limits:WrongKeysPerMinute"] = "5" });
        async Task<HttpStatusCode> NegotiateAsync(string token)
        {
            using var http = server.Http();
            return (await http.PostAsync($"/chat/negotiate?negotiateVersion=1&access_token={token}", null)).StatusCode;
        }
        for (var i = 0; i < 10; i++)
            (await NegotiateAsync(Tokens.Unsigned("alice"))).Should().Be(HttpStatusCode.Unauthorized);
        (await NegotiateAsync("boss")).Should().Be(HttpStatusCode.OK, because: "invalid tokens of users are not guesses");
        for (var i = 0; i < 5; i++)
            (await NegotiateAsync($"{guess}{i}")).Should().Be(HttpStatusCode.Unauthorized);
        (await NegotiateAsync("boss")).Should().Be(HttpStatusCode.Unauthorized, because: "a guess of the right key must fail too");
        (await NegotiateAsync(Tokens.Of("alice"))).Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task KeyShapedLikeAToken_IsRefusedAtTheHub()
    {
        await using var server = await TestServer.StartAsync(new(Tokens.Settings.Concat(Keys.Settings(("a.right.key", "boss", ["admin"])))));
        using var boss = Keys.Client(server.Address, "a.right.key");
        (await boss.GetAsync("/api/v1/users")).StatusCode.Should().Be(HttpStatusCode.OK);
        using var hub = await boss.PostAsync("/chat/negotiate?negotiateVersion=1", null);
        hub.StatusCode.Should().Be(HttpStatusCode.Unauthorized, because: "the hub does not count guesses of this shape, and so accepts none");
    }

    /// <summary>Returns whether the connection accepts data. While the client sends, the server sends no keep-alive ping.</summary>
    private static async Task<bool> IsOpenAsync(RawTcpClient client)
    {
        try
        {
            await client.SendAsync(RawTcpClient.Frame([], opcode: 10));
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static async Task ShouldBeRefusedAsync(Uri server)
    {
        (await RefusedAsync(() => HubClient.ConnectAsync(server, "alice"))).Should().Be(HttpStatusCode.Forbidden);
        await using var known = await RawClient.ConnectAsync(server, "?userid=alice");
        (await known.ReceiveCloseAsync()).Should().Be(4403);
        await using var registering = await RawClient.ConnectAsync(server);
        await registering.SendAsync("alice:bob:hi");
        (await registering.ReceiveCloseAsync()).Should().Be(4403);
    }

    private static async Task<HttpStatusCode?> RefusedAsync(Func<Task<HubClient>> connect)
    {
        try
        {
            await (await connect()).DisposeAsync();
            return null;
        }
        catch (HttpRequestException e)
        {
            return e.StatusCode;
        }
    }
}
