using Chat.Server.Tests.Identity;
using Chat.Server.Tests.Push;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Operations;

/// <summary>The metrics and health of a server.</summary>
[Trait("Duration", "Long")]
public sealed class MetricsTests
{
    [Fact]
    public async Task Activity_IsCounted()
    {
        // A separate process, because metrics are counted for each process.
        await using var server = new ServerProcess();
        await server.StartAsync();
        await using var alice = await HubClient.ConnectAsync(server.Address, "alice");
        await using var bob = await HubClient.ConnectAsync(server.Address, "bob");
        await using var raw = await RawClient.ConnectAsync(server.Address, "?userid=bob");
        await raw.SendAsync("bob:bob:here");
        (await raw.ReceiveAsync()).Should().Be("bob:here");
        await alice.SendAsync("bob", "hi", "id-1");
        await alice.SendAsync("bob", "hi", "id-1");
        (await raw.ReceiveAsync()).Should().Be("alice:hi");
        await alice.TrySendAsync("$topic", "hi");
        await bob.ResumeAsync("bob", (await bob.ResumeAsync("bob")).Head.Split('.')[0] + ".0");
        var metrics = await Metrics.OfAsync(server.Address);
        metrics["""chat_connections{kind="hub"}"""].Should().Be(2);
        metrics["""chat_connections{kind="raw"}"""].Should().Be(1);
        metrics["chat_messages_in_total"].Should().Be(2);
        metrics["chat_messages_out_total"].Should().Be(5, because: "bob has two connections, and alice has one that receives the sent copy");
        metrics["chat_duplicates_total"].Should().Be(1);
        metrics["""chat_refused_total{code="bad_recipient"}"""].Should().Be(1);
        metrics["chat_append_duration_seconds_count"].Should().Be(3);
        metrics["chat_commit_messages_count"].Should().BePositive();
        metrics["chat_catch_ups_total"].Should().BePositive();
        metrics["chat_append_queue"].Should().Be(0);
        metrics["chat_streams_known"].Should().BeGreaterThan(0);

        await alice.DisposeAsync();
        await Wait.UntilAsync(async () => (await Metrics.OfAsync(server.Address))["""chat_connections{kind="hub"}"""] == 1, "The end of a connection");
    }

    [Theory]
    [InlineData("4400")]
    [InlineData("4408")]
    [InlineData("1009")]
    public async Task RawClose_IsCountedByCode(string code)
    {
        await using var server = await TestServer.StartAsync(new()
        {
            ["Chat:RawWebSocket:RegisterTimeout"] = code == "4408" ? "00:00:00.100" : "01:00:00",
            ["Chat:Limits:ControlFramesPerSecond"] = "5",
        });
        using var closed = new CounterWatch(server, "chat.raw.closes", code);
        await using var client = await server.TcpAsync();
        if (code == "4400")
            await client.SendAsync([.. Enumerable.Repeat(RawTcpClient.Frame([], opcode: 9), 6)]);
        else if (code == "1009")
            await client.SendAsync(RawTcpClient.Frame(new string('x', 70_000)));
        $"{await client.ReceiveCloseAsync()}".Should().Be(code);
        await closed.CountedAsync();
    }

    [Fact]
    public async Task UnauthenticatedRequest_IsCountedOnceByEachEndpoint()
    {
        await using var server = new ServerProcess(new(Tokens.Settings.Concat(Keys.Settings(("k", "shop", ["push"])))));
        await server.StartAsync();
        using (var shop = Keys.Client(server.Address, "k"))
            await shop.GetAsync("/api/v1/users");
        foreach (var (path, count) in new[] { ("/chat/negotiate?negotiateVersion=1", 5), ("/chat", 3), ("/api/v1/users", 2) })
            for (var i = 0; i < count; i++)
            {
                using var unsigned = Keys.Client(server.Address, Tokens.Unsigned("alice"));
                using var request = new HttpRequestMessage(path.StartsWith("/chat/", StringComparison.Ordinal) ? HttpMethod.Post : HttpMethod.Get, path);
                await unsigned.SendAsync(request);
            }
        using (var colon = Keys.Client(server.Address, Tokens.Of("a:b")))
            await colon.PostAsync("/chat/negotiate?negotiateVersion=1", null);
        await using (var raw = await RawTcpClient.ConnectAsync(server.Address, $"/api/home/connect?access_token={Tokens.Unsigned("alice")}"))
            (await raw.ReceiveCloseAsync()).Should().Be(4401);
        var metrics = await Metrics.OfAsync(server.Address);
        metrics["chat_refused_total{code=\"unauthenticated\"}"].Should().Be(5 + 3 + 2 + 1);
        metrics["chat_refused_total{code=\"bad_user_id\"}"].Should().Be(1);
        metrics["chat_refused_total{code=\"forbidden\"}"].Should().Be(1, because: "a key's scopes did not cover a call");

        await using var claimed = new ServerProcess();
        await claimed.StartAsync();
        using var http = new HttpClient { BaseAddress = claimed.Address };
        await http.PostAsync("/chat/negotiate?negotiateVersion=1", null);
        await http.PostAsync("/chat/negotiate?negotiateVersion=1&userid=system", null);
        metrics = await Metrics.OfAsync(claimed.Address);
        metrics["chat_refused_total{code=\"unauthenticated\"}"].Should().Be(1);
        metrics["chat_refused_total{code=\"forbidden\"}"].Should().Be(1);
    }

    [Fact]
    public async Task BurstOfOneConnection_SharesCommits()
    {
        const int count = 64;
        await using var server = new ServerProcess();
        await server.StartAsync();
        await using var raw = await RawTcpClient.ConnectAsync(server.Address, "/api/home/connect?userid=alice");
        await raw.SendAsync([.. Enumerable.Range(0, count).SelectMany(i => RawTcpClient.Frame($"alice:bob:{i}"))]);
        await raw.SendAsync(RawTcpClient.Frame([0x03, 0xE8], opcode: 8));
        (await raw.ReceiveCloseAsync()).Should().Be(1000);
        var metrics = await Metrics.OfAsync(server.Address);
        metrics["chat_commit_messages_sum"].Should().Be(count);
        metrics["chat_commit_messages_count"].Should().BeLessThan(count / 2);
    }

    [Fact]
    public async Task HealthyServer_IsReady()
    {
        await using var server = await TestServer.StartAsync();
        using var http = server.Http();
        (await http.GetStringAsync("/health/ready")).Should().Be("ready\n");
        (await http.GetStringAsync("/health/live")).Should().Be("live\n");
    }
}
