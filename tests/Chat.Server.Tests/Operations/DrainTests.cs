using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using Chat.Protocol;
using Chat.Server.Delivery;
using Chat.Server.Tests.Push;
using Chat.Server.Tests.Running;
using Chat.Server.Tests.Storage.Sqlite;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Chat.Server.Tests.Operations;

/// <summary>A stopping server notifies every client, refuses new ones and loses nothing.</summary>
[Trait("Duration", "Long")]
public sealed class DrainTests
{
    [Fact]
    public async Task Drain_NotifiesClientsAndKeepsAcceptedMessages()
    {
        await using var server = new ServerProcess();
        await server.StartAsync();
        await using (var alice = await HubClient.ConnectAsync(server.Address, "alice"))
        await using (var raw = await RawClient.ConnectAsync(server.Address, "?userid=bob"))
        await using (var unregistered = await RawClient.ConnectAsync(server.Address))
        {
            for (var i = 0; i < 100; i++)
                await raw.SendAsync($"bob:carol:{i}");
            await raw.SendAsync("bob:bob:in order");
            (await raw.ReceiveAsync()).Should().Be("bob:in order");
            (await server.TerminateAsync()).Should().Be(0);
            var notice = await alice.Notice;
            notice.Code.Should().Be("draining");
            notice.RetryAfter.Should().BeInRange(1, 10);
            await alice.Closed;
            (await raw.ReceiveAsync()).Should().StartWith("system:notice draining ");
            (await raw.ReceiveCloseAsync()).Should().Be(1001);
            (await unregistered.ReceiveCloseAsync()).Should().Be(1001);
        }
        await server.StartAsync();
        await using var carol = await HubClient.ConnectAsync(server.Address, "carol");
        (await carol.ResumeAllAsync("carol")).Select(message => message.Content).Should().Equal(Enumerable.Range(0, 100).Select(i => $"{i}"));
    }

    [Fact]
    public async Task BusySender_IsNotifiedBeforeTheConnectionEnds()
    {
        await using var server = new ServerProcess(new() { ["Chat:Limits:SendsPerSecond"] = "0" });
        await server.StartAsync();
        var clients = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => HubClient.ConnectAsync(server.Address, $"user{i}", log: () => server.Output)));
        var sending = clients.Select(SendUntilClosedAsync).ToList();
        (await server.TerminateAsync()).Should().Be(0);
        foreach (var client in clients)
            (await client.Notice).Code.Should().Be("draining");
        await Wait.ForAsync(Task.WhenAll(sending), "The end of the sends", () => server.Output);
        await Task.WhenAll(clients.Select(async client => await client.DisposeAsync()));
    }

    private static async Task SendUntilClosedAsync(HubClient client)
    {
        await Task.Yield(); // lets all senders start, even if sending never waits
        try
        {
            while (true)
                await client.Connection.SendAsync(nameof(IChatHub.Send), new SendRequest("nobody", new string('x', 1000)));
        }
        catch (Exception e) when (e is InvalidOperationException or OperationCanceledException or IOException or WebSocketException)
        {
            // The connection has ended.
        }
    }

    [Fact]
    public async Task Drain_NotifiesInBatchesAndRefusesNewClients()
    {
        var time = new FakeTimeProvider();
        await using var server = await TestServer.StartAsync(Keys.Settings(("k", "shop", ["push"])), time);
        var clients = await Task.WhenAll(Enumerable.Range(0, 150).Select(i => server.RawAsync(query: $"?userid=u{i}")));
        foreach (var (i, client) in clients.Index())
        {
            await client.SendAsync($"u{i}:u{i}:here");
            await client.ReceiveAsync();
        }
        var entering = await server.RawAsync();
        var notices = clients.Select(client => client.ReceiveAsync()).ToList();
        var stopping = Task.Run(() => server.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication());
        try
        {
            await Wait.UntilAsync(() => Task.FromResult(notices.Count(one => one.IsCompleted) == 100), "The first batch");
            using var http = Keys.Client(server.Address, "k");
            using var negotiate = await http.PostAsync("/chat/negotiate?negotiateVersion=1&userid=late", null);
            negotiate.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
            negotiate.Headers.RetryAfter.Should().NotBeNull();
            using var push = await http.PostAsync("/api/v1/messages", new StringContent("""{"to":"u149","content":"late"}"""));
            push.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
            push.Headers.ConnectionClose.Should().BeTrue();
            await FluentActions.Awaiting(() => server.RawAsync()).Should().ThrowAsync<WebSocketException>().WithMessage("*503*");
            notices.Count(one => one.IsCompleted).Should().Be(100, because: "there is a pause between the batches");
            await entering.SendAsync("entering::");
            (await entering.ReceiveAsync()).Should().StartWith("system:notice draining ", because: "it has entered after the drain looked up the connections");
        }
        finally
        {
            // Also after a failure: the server's end waits for the drain, and only this test advances its clock.
            await Wait.UntilAsync(
                () =>
                {
                    time.Advance(TimeSpan.FromMilliseconds(500));
                    return Task.FromResult(stopping.IsCompleted);
                },
                "The end of the drain");
        }
        (await Task.WhenAll(notices)).Should().AllSatisfy(frame => frame.Should().StartWith("system:notice draining "));
    }

    /// <summary>The end of such a connection is requested while SignalR still waits for its entry.</summary>
    [Theory]
    [InlineData(false, "notice draining")]
    [InlineData(true, "failed")]
    public async Task ConnectionThatEntersLate_IsEndedAndNotWaitedFor(bool hasFailed, string end)
    {
        await using var server = await TestServer.StartAsync();
        if (hasFailed)
            server.Services.GetRequiredService<ChatServer>().Fail(new IOException("The disk is gone."));
        server.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        var control = new EndlessControl();
        var connection = new OnlineConnection("late", "alice", DateTimeOffset.UtcNow, 0, control, null);
        await Wait.ForAsync(server.Services.GetRequiredService<StreamEntrance>().EnterAsync(connection, CancellationToken.None), "The entry");
        control.End.Should().Be(end);
    }

    [Fact]
    public async Task StalledClient_CannotDelayTheStopBeyond30Seconds()
    {
        await using var server = new ServerProcess(Keys.Settings(("k", "shop", ["push"])));
        await server.StartAsync();
        await using var raw = await RawTcpClient.ConnectAsync(server.Address, "/api/home/connect?userid=alice", receiveBufferBytes: 4096);
        await using var hub = await RawTcpClient.ConnectAsync(server.Address, "/chat?userid=alice", receiveBufferBytes: 4096);
        await hub.SendAsync(RawTcpClient.Frame("{\"protocol\":\"json\",\"version\":1}\u001e"));
        using (var http = Keys.Client(server.Address, "k"))
            for (var i = 0; i < 20; i++)
                (await http.PostAsync("/api/v1/messages", new StringContent($$"""{"to":"alice","content":"{{new string('x', 60_000)}}"}"""))).EnsureSuccessStatusCode();
        (await Wait.ForAsync(server.TerminateAsync(), "The end of the server", () => server.Output, limit: TimeSpan.FromSeconds(30))).Should().Be(0);
    }

    [Fact]
    public async Task UnfinishedRequest_CannotDelayTheStopBeyond30Seconds()
    {
        await using var server = new ServerProcess();
        await server.StartAsync();
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(server.Address.Host, server.Address.Port);
        await tcp.GetStream().WriteAsync("GET /chat HTTP/1.1\r\nHost: x\r\n"u8.ToArray());
        using (var http = new HttpClient { BaseAddress = server.Address })
            await http.GetAsync("/health/live"); // by now the server has read the unfinished request
        (await Wait.ForAsync(server.TerminateAsync(), "The end of the server", () => server.Output, limit: TimeSpan.FromSeconds(30))).Should().Be(0);
    }

    /// <summary>A connection whose end never comes.</summary>
    private sealed class EndlessControl : IConnectionControl
    {
        public string? End { get; private set; }

        public string Kind => "hub";

        public IPAddress? Address => null;

        public long QueuedBytes => 0;

        public Task SendNoticeAsync(Notice notice) => Task.CompletedTask;

        public Task EndAsync(Notice why)
        {
            End = $"notice {why.Code}";
            return new TaskCompletionSource().Task;
        }

        public void Fail() => End = "failed";
    }
}
