using System.Net.WebSockets;
using Chat.Protocol;
using Chat.Server.Admission;
using Chat.Server.Operations;
using Chat.Server.Tests.Identity;
using Chat.Server.Tests.Push;
using Chat.Server.Tests.Running;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Chat.Server.Tests.Admission;

/// <summary>Every HTTP refusal of a connection has the header that tells it from a proxy's answer.</summary>
public sealed class ConnectRefusalTests() : ServerTest(new(Keys.Settings((Key, "boss", ["admin"])))
{
    ["Chat:Limits:ConnectionsPerUser"] = "1",
    ["Chat:Origins:0"] = Allowed,
})
{
    private const string Key = "k", Allowed = "https://good.example", Foreign = "https://evil.example";

    [Theory]
    [InlineData("", null, 401, "unauthenticated", null, "Add ?userid= to the address.")]
    [InlineData("?userid=a:b", null, 403, "bad_user_id", "name", "The sender is not a valid user id. Character 2 is U+003A, a colon.")]
    [InlineData("?userid=system", null, 403, "forbidden", "name", "system is reserved for the server.")]
    [InlineData("?userid=mallory", null, 403, "forbidden", "banned", "This user is banned.")]
    [InlineData("?userid=alice", Foreign, 403, "forbidden", "origin", null)]
    [InlineData("?userid=busy", null, 429, "rate_limited", null, ConnectionLimits.TooMany)]
    public async Task NegotiationAndUpgrade_AreRefusedWithTheHeader(string query, string? origin, int status, string code, string? reason, string? text)
    {
        using (var boss = Keys.Client(Server.Address, Key))
            (await boss.PutAsync("/api/v1/bans/mallory", null)).EnsureSuccessStatusCode().Dispose();
        await using var busy = await Server.HubAsync("busy");
        foreach (var answer in (Answer[])[await NegotiateAsync(query, origin), await UpgradeAsync("/chat" + query, origin)])
        {
            (answer.Status, answer.Code, answer.Reason).Should().Be((status, code, reason));
            answer.RetryAfter.Should().Be(status == 429);
            if (text is not null && answer.Body is not null)
                answer.Body.Should().Be($"{code}: {text}");
        }
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    [InlineData("DELETE")]
    public async Task PollOrSendOfAnotherUser_IsRefusedWithTheHeader(string method)
    {
        using var http = Server.Http();
        using var negotiated = await http.PostAsync("/chat/negotiate?negotiateVersion=1&userid=alice", null);
        var token = (await negotiated.Content.ReadAsStringAsync()).Split("connectionToken\":\"")[1].Split('"')[0];
        using (await http.GetAsync($"/chat?userid=alice&id={token}"))
        {
            // The first poll begins the connection.
        }

        using var answer = await http.SendAsync(new HttpRequestMessage(new HttpMethod(method), $"/chat?userid=mallory&id={token}"));

        (await Answer.OfAsync(answer)).Should().Be(new Answer(403, "forbidden", null, false, "forbidden: The connection belongs to another user."));
    }

    [Theory]
    [InlineData("POST", "", 405, "bad_request", null)]
    [InlineData("GET", "", 426, "bad_request", null)]
    [InlineData("GET", "Upgrade: websocket\r\nSec-WebSocket-Version: 8\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", 426, "bad_request", null)]
    [InlineData("GET", "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: short\r\n", 400, "bad_request", null)]
    [InlineData("GET", "Origin: " + Foreign + "\r\n", 403, "forbidden", "origin")]
    public async Task RawEndpoint_RefusesWithTheHeader(string method, string headers, int status, string code, string? reason)
    {
        using var http = Server.Http();
        using var request = new HttpRequestMessage(new HttpMethod(method), "/api/home/connect?userid=alice");
        foreach (var header in headers.Split("\r\n", StringSplitOptions.RemoveEmptyEntries))
            request.Headers.TryAddWithoutValidation(header.Split(": ")[0], header.Split(": ")[1]);
        if (headers.StartsWith("Upgrade", StringComparison.Ordinal))
            request.Headers.TryAddWithoutValidation("Connection", "Upgrade");

        using var response = await http.SendAsync(request);

        var answer = await Answer.OfAsync(response);
        (answer.Status, answer.Code, answer.Reason).Should().Be((status, code, reason));
        answer.Body.Should().StartWith($"{code}: ");
    }

    [Fact]
    public async Task AllowedPageOfAnotherSite_MayReadTheHeader()
    {
        using var http = Server.Http();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/chat/negotiate?negotiateVersion=1&userid=system");
        request.Headers.Add("Origin", Allowed);

        using var answer = await http.SendAsync(request);

        answer.Headers.GetValues("Access-Control-Expose-Headers").Should().Equal("Chat-Refusal,Chat-Refusal-Reason,Retry-After");
        answer.Headers.GetValues("Access-Control-Allow-Origin").Should().Equal(Allowed);
    }

    [Fact]
    public async Task StoppingServer_RefusesWithTheHeader()
    {
        var time = new FakeTimeProvider();
        await using var server = await TestServer.StartAsync(time: time);
        // The drain pauses after the first hundred connections. The fake time does not pass.
        var clients = await Task.WhenAll(Enumerable.Range(0, 150).Select(i => server.RawAsync(query: $"?userid=u{i}")));
        await Task.WhenAll(clients.Select((client, i) => client.SendAsync($"u{i}:u{i}:here")));
        await Task.WhenAll(clients.Select(client => client.ReceiveAsync()));
        var stopping = Task.Run(() => server.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication());
        try
        {
            using var http = server.Http();
            await Wait.UntilAsync(() => Task.FromResult(server.Services.GetRequiredService<Drain>().HasBegun), "The drain");
            foreach (var request in (HttpRequestMessage[])[new(HttpMethod.Post, "/chat/negotiate?negotiateVersion=1&userid=late"), new(HttpMethod.Get, "/api/home/connect")])
                using (request)
                using (var answer = await http.SendAsync(request))
                    (await Answer.OfAsync(answer)).Should().Be(new Answer(503, "unavailable", null, true, "unavailable: The server is stopping."));
        }
        finally
        {
            await Wait.UntilAsync(
                () =>
                {
                    time.Advance(TimeSpan.FromMilliseconds(500));
                    return Task.FromResult(stopping.IsCompleted);
                },
                "The end of the drain");
        }
    }

    [Fact]
    public async Task BadToken_IsRefusedWithTheHeader()
    {
        await using var server = await TestServer.StartAsync(Tokens.Settings);
        using var http = server.Http();
        foreach (var (token, expected) in ((string, Answer)[])
        [
            ("nonsense", new Answer(401, "unauthenticated", null, false, "unauthenticated: Present a valid token.")),
            (Tokens.Of("a:b"), new Answer(403, "bad_user_id", "name", false, "bad_user_id: The sender is not a valid user id. Character 2 is U+003A, a colon.")),
        ])
        {
            using var answer = await http.PostAsync($"/chat/negotiate?negotiateVersion=1&access_token={token}", null);
            (await Answer.OfAsync(answer)).Should().Be(expected);
        }
    }

    private async Task<Answer> NegotiateAsync(string query, string? origin)
    {
        using var http = Server.Http();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/chat/negotiate{query}");
        if (origin is not null)
            request.Headers.Add("Origin", origin);
        using var answer = await http.SendAsync(request);
        return await Answer.OfAsync(answer);
    }

    private async Task<Answer> UpgradeAsync(string path, string? origin)
    {
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        if (origin is not null)
            socket.Options.SetRequestHeader("Origin", origin);
        await socket.Invoking(client => client.ConnectAsync(new Uri($"ws://{Server.Address.Authority}{path}"), CancellationToken.None)).Should().ThrowAsync<WebSocketException>();
        string? One(string name) => socket.HttpResponseHeaders!.TryGetValue(name, out var values) ? values.Single() : null;
        return new Answer((int)socket.HttpStatusCode, One(HttpRefusal.CodeHeader), One(HttpRefusal.ReasonHeader), One("Retry-After") is not null, null);
    }

    /// <summary>The parts of an answer that show a refusal.</summary>
    private sealed record Answer(int Status, string? Code, string? Reason, bool RetryAfter, string? Body)
    {
        public static async Task<Answer> OfAsync(HttpResponseMessage response)
        {
            string? One(string name) => response.Headers.TryGetValues(name, out var values) ? values.Single() : null;
            return new Answer(
                (int)response.StatusCode, One(HttpRefusal.CodeHeader), One(HttpRefusal.ReasonHeader), response.Headers.RetryAfter is not null,
                await response.Content.ReadAsStringAsync());
        }
    }
}
