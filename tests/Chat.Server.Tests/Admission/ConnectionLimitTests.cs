using System.Net;
using System.Text.Json;
using Chat.Server.Tests.Operations;
using Chat.Server.Tests.Running;
using Microsoft.AspNetCore.Http.Connections;

namespace Chat.Server.Tests.Admission;

/// <summary>A connection over a limit is refused with the code, and the others stay.</summary>
[Trait("Duration", "Long")]
public sealed class ConnectionLimitTests
{
    [Fact]
    public async Task ConnectionOverTheUserLimit_IsRefused()
    {
        await using var server = await TestServer.StartAsync(new() { ["Chat:Limits:ConnectionsPerUser"] = "2" });
        var (hub, raw, control) = (await server.HubAsync("alice"), await server.RawAsync(query: "?userid=alice"), await server.HubAsync("bob"));
        await EchoAsync(raw, "alice");
        (await (await server.RawAsync(query: "?userid=alice")).ReceiveCloseAsync()).Should().Be(4429);
        (await (await server.RawAsync("alice")).ReceiveCloseAsync()).Should().Be(4429, because: "the first frame named the user");
        (await StatusAsync(() => server.HubAsync("alice"))).Should().Be(429);
        (await UpgradeStatusAsync(server, "/chat?userid=alice")).Should().Be(429);

        await EchoAsync(raw, "alice");
        await control.SendAsync("alice", "hi");
        (await raw.ReceiveAsync()).Should().Be("bob:hi");
        await hub.DisposeAsync();
        await Wait.UntilAsync(async () => await StatusAsync(() => server.HubAsync("alice")) is null, "The free slot");
    }

    [Fact]
    public async Task FramesOfARefusedConnection_AreIgnored()
    {
        await using var server = await TestServer.StartAsync(new() { ["Chat:Limits:ConnectionsPerUser"] = "1" });
        await EchoAsync(await server.RawAsync("alice"), "alice");
        var refused = await server.TcpAsync("/api/home/connect?userid=alice");
        await refused.SendAsync(RawTcpClient.Frame("mallory::"), RawTcpClient.Frame("mallory:bob:hi"), RawTcpClient.Frame("alice:bob:hi"));
        (await refused.ReceiveCloseAsync()).Should().Be(4429);
        (await server.MailboxAsync("bob")).Should().BeEmpty();
    }

    [Fact]
    public async Task ConnectionOverTheAddressLimit_IsRefused()
    {
        await using var server = await TestServer.StartAsync(new() { ["Chat:Limits:ConnectionsPerAddress"] = "3" });
        var first = await server.RawAsync("a");
        await EchoAsync(first, "a");
        await using var second = await server.TcpAsync();
        await second.SendAsync(RawTcpClient.Frame("b::"));
        var third = await server.HubAsync("c");
        (await (await server.RawAsync()).ReceiveCloseAsync()).Should().Be(4429);
        (await StatusAsync(() => server.HubAsync("d"))).Should().Be(429);
        (await StatusAsync(() => server.HubAsync("d", HttpTransportType.LongPolling))).Should().Be(429);
        await EchoAsync(first, "a");

        second.Reset();
        await third.DisposeAsync();
        await Wait.UntilAsync(async () => await StatusAsync(() => server.HubAsync("d", HttpTransportType.LongPolling)) is null, "The free slot");
    }

    [Fact]
    public async Task ConnectionOverTheNodeLimit_IsRefused()
    {
        await using var server = await TestServer.StartAsync(new() { ["Chat:Limits:ConnectionsPerNode"] = "1" });
        var first = await server.RawAsync("a");
        await EchoAsync(first, "a");
        (await (await server.RawAsync()).ReceiveCloseAsync()).Should().Be(4429);
        (await StatusAsync(() => server.HubAsync("b"))).Should().Be(429);
        await EchoAsync(first, "a");
        using var http = server.Http();
        (await http.GetAsync("/health/live")).StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task NegotiatedConnections_AreLimitedPerAddress()
    {
        await using var server = await TestServer.StartAsync(new() { ["Chat:Limits:ConnectionsPerAddress"] = "5" });
        using var http = server.Http();
        var answers = new List<HttpResponseMessage>();
        for (var i = 0; i < 50; i++)
            answers.Add(await http.PostAsync($"/chat/negotiate?negotiateVersion=1&userid=u{i}", null));
        answers.Count(answer => answer.StatusCode == HttpStatusCode.OK).Should().BeInRange(5, 25, because: "five are allowed in the time for which SignalR keeps one");
        answers[^1].StatusCode.Should().Be(HttpStatusCode.TooManyRequests);
        answers[^1].Headers.RetryAfter!.Delta.Should().BePositive();
        await EchoAsync(await server.RawAsync("control"), "control");
    }

    [Fact]
    public async Task UnopenedConnection_Expires()
    {
        await using var server = await TestServer.StartAsync();
        using var http = server.Http();
        var tokens = new Queue<string>();
        for (var i = 0; i < 60; i++)
        {
            using var answer = await http.PostAsync("/chat/negotiate?negotiateVersion=1&userid=alice", null);
            using var negotiated = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
            tokens.Enqueue(negotiated.RootElement.GetProperty("connectionToken").GetString()!);
        }
        (await OpenAsync()).Should().Be(HttpStatusCode.OK, because: "it is new");
        await Wait.UntilAsync(
            async () =>
            {
                await Task.Delay(1500); // each attempt opens a connection that is still kept, and so uses it up
                return await OpenAsync() == HttpStatusCode.NotFound;
            },
            "The expiry of the connection");

        async Task<HttpStatusCode> OpenAsync()
        {
            using var look = new HttpRequestMessage(HttpMethod.Get, $"/chat?userid=alice&id={Uri.EscapeDataString(tokens.Dequeue())}");
            look.Headers.Accept.ParseAdd("text/event-stream");
            using var open = await http.SendAsync(look, HttpCompletionOption.ResponseHeadersRead);
            return open.StatusCode;
        }
    }

    [Fact]
    public async Task IdleConnection_CostsLessThanItsBudget()
    {
        const int connections = 500, budgetBytes = 60 << 10;
        await using var server = new ServerProcess(new() { ["Chat:Limits:ConnectionsPerAddress"] = "0" });
        await server.StartAsync();
        var clients = new List<RawTcpClient>();
        foreach (var path in (string[])["/api/home/connect", "/chat"])
        {
            await OpenAsync(server.Address, path, "warm", 20, clients);
            var before = await Heap.OfAsync(server);
            await OpenAsync(server.Address, path, "user", connections, clients);
            ((await Heap.OfAsync(server) - before) / connections).Should().BeLessThan(budgetBytes, because: $"that is the budget of {path}");
        }
        await Task.WhenAll(clients.Select(async client => await client.DisposeAsync()));
    }

    private static async Task OpenAsync(Uri server, string path, string user, int count, List<RawTcpClient> opened)
    {
        for (var i = 0; i < count; i++)
        {
            var client = await RawTcpClient.ConnectAsync(server, $"{path}?userid={user}{i}");
            opened.Add(client);
            if (path == "/chat")
                await client.SendAsync(RawTcpClient.Frame("{\"protocol\":\"json\",\"version\":1}\u001e"));
            else
                await client.SendAsync(RawTcpClient.Frame($"{user}{i}:{user}{i}:here"));
            await client.ReceiveAsync();
        }
    }

    [Fact]
    public async Task RefusedConnection_IsCounted()
    {
        await using var server = await TestServer.StartAsync(new() { ["Chat:Limits:ConnectionsPerUser"] = "1" });
        await server.HubAsync("alice");
        using var refused = new CounterWatch(server, "chat.refused", "rate_limited");
        await (await server.RawAsync("alice")).ReceiveCloseAsync();
        await refused.CountedAsync();
    }

    [Theory]
    [InlineData("127.0.0.0/8", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("10.0.0.1", false)]
    [InlineData(null, false)]
    public async Task ForwardedFor_IsTrustedFromKnownProxiesOnly(string? known, bool believed)
    {
        var settings = new Dictionary<string, string> { ["Chat:Limits:ConnectionsPerAddress"] = "1" };
        if (known is not null)
            settings["Chat:KnownProxies:0"] = known;
        await using var server = await TestServer.StartAsync(settings);
        var statuses = new List<HttpStatusCode>();
        foreach (var address in (string[])["203.0.113.1", "203.0.113.2", "2001:db8::1", "2001:db8::2"])
        {
            using var http = server.Http();
            http.DefaultRequestHeaders.Add("X-Forwarded-For", address);
            statuses.Add((await http.PostAsync("/chat/negotiate?negotiateVersion=1&userid=a", null)).StatusCode);
        }
        statuses.Should().Equal(believed
            ? [HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.TooManyRequests] // one IPv6 network counts as one
            : [HttpStatusCode.OK, HttpStatusCode.TooManyRequests, HttpStatusCode.TooManyRequests, HttpStatusCode.TooManyRequests]);
    }

    private static async Task EchoAsync(RawClient client, string user)
    {
        await client.SendAsync($"{user}:{user}:here");
        (await client.ReceiveAsync()).Should().Be($"{user}:here");
    }

    /// <summary>Returns the status of the refusal; null when the connection is accepted.</summary>
    private static async Task<int?> StatusAsync(Func<Task<HubClient>> connect)
    {
        try
        {
            await (await connect()).DisposeAsync();
            return null;
        }
        catch (HttpRequestException e)
        {
            return (int?)e.StatusCode;
        }
    }

    private static async Task<int> UpgradeStatusAsync(TestServer server, string path)
    {
        using var http = server.Http();
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Connection", "Upgrade");
        request.Headers.Add("Upgrade", "websocket");
        request.Headers.Add("Sec-WebSocket-Version", "13");
        request.Headers.Add("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
        return (int)(await http.SendAsync(request)).StatusCode;
    }
}
