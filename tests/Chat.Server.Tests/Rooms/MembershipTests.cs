using System.Net;
using Chat.Protocol;
using Chat.Server.Tests.Push;
using Chat.Server.Tests.Running;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Chat.Server.Tests.Rooms;

[Trait("Duration", "Long")]
public sealed class MembershipTests
{
    [Fact]
    public async Task Membership_SurvivesAServerKill()
    {
        await using var server = new ServerProcess();
        await server.StartAsync();
        await using (var bob = await HubClient.ConnectAsync(server.Address, "bob"))
        await using (var alice = await HubClient.ConnectAsync(server.Address, "alice"))
        {
            foreach (var room in (string[])["#a", "#b"])
            {
                await bob.JoinAsync(room);
                await alice.JoinAsync(room);
            }
            await bob.LeaveAsync("#b");
            await bob.DisposeAsync();
            await alice.SendAsync("#a", "missed");
            await alice.SendAsync("#b", "not for bob");
        }
        server.Kill();
        await server.StartAsync();
        await using var raw = await RawClient.ConnectAsync(server.Address, "?userid=bob");
        (await raw.ReceiveAsync()).Should().Be("#a:alice:missed");
        await raw.SendAsync("bob:#b:hi");
        (await raw.ReceiveAsync()).Should().StartWith("system:error forbidden ");
        await raw.SendAsync("bob:#a:hi");
        (await raw.ReceiveAsync()).Should().Be("#a:bob:hi");
    }

    [Fact]
    public async Task MessageConfirmedByAnotherDevice_IsNotDeliveredAgain()
    {
        await using var server = await TestServer.StartAsync();
        var (alice, raw) = (await server.HubAsync("alice"), await server.RawAsync("bob"));
        await raw.SendAsync("bob:#a:");
        await raw.SendAsync("bob:#a:one");
        (await raw.ReceiveAsync()).Should().Be("#a:bob:one");
        var hub = await server.HubAsync("bob");
        await EverythingIsConfirmedAsync();
        await raw.CloseAsync();
        await alice.JoinAsync("#a");
        await alice.SendAsync("#a", "two");
        var again = await server.RawAsync("bob");
        (await again.ReceiveAsync()).Should().Be("#a:alice:two");
        (await hub.ReceiveAsync()).Content.Should().Be("two");
        await EverythingIsConfirmedAsync();
        await again.CloseAsync();
        await alice.SendAsync("#a", "three");
        await hub.ConfirmAsync("#a", (await hub.ReceiveAsync()).Position);
        await alice.SendAsync("#a", "four");
        (await (await server.RawAsync("bob")).ReceiveAsync()).Should().Be("#a:alice:four");

        // The pong arrives shortly after the client has read the messages that it confirms.
        Task EverythingIsConfirmedAsync() =>
            Wait.UntilAsync(async () => (await hub.ResumeAsync("#a")).Messages.Count == 0, "The room's messages confirmed");
    }

    [Fact]
    public async Task ClosedRooms_RefuseJoins()
    {
        await using var server = await TestServer.StartAsync(new() { ["Chat:Rooms:Open"] = "false" });
        var alice = await server.HubAsync("alice");
        (await HubClient.RefusalAsync(() => alice.JoinAsync("#a"))).Should().Be("forbidden");
        (await HubClient.RefusalAsync(() => alice.SendAsync("#a", "hi"))).Should().Be("forbidden");
        var raw = await server.RawAsync();
        await raw.SendAsync("bob:#a:");
        (await raw.ReceiveAsync()).Should().StartWith("system:error forbidden ");
    }

    [Fact]
    public async Task CustomAuthorizer_DecidesJoinsAndSubscriptions()
    {
        await using var server = await TestServer.StartAsync(services: services => services.AddSingleton<IChatAuthorizer, SlowAuthorizer>());
        var (alice, bob) = (await server.HubAsync("alice"), await server.HubAsync("bob"));
        (await HubClient.RefusalAsync(() => bob.JoinAsync("#of alice"))).Should().Be("forbidden");
        (await HubClient.RefusalAsync(() => bob.SubscribeAsync("$alice"))).Should().Be("forbidden");
        (await alice.SubscribeAsync("$alice")).Should().BeNull();

        // The authorizer is slow, and later calls wait for it.
        var (joining, sending) = (alice.JoinAsync("#of alice"), Enumerable.Range(0, 20).Select(i => alice.SendAsync("#of alice", $"{i}")).ToList());
        await Task.WhenAll([joining, .. sending]);
        (await alice.ReceiveAsync(20)).Select(message => message.Content).Should().Equal(Enumerable.Range(0, 20).Select(i => $"{i}"));

        var raw = await server.TcpAsync();
        await raw.SendAsync(RawTcpClient.Frame("bob:#of alice:"), RawTcpClient.Frame("bob:#of bob:"), RawTcpClient.Frame("bob:#of bob:hi"));
        string[] received = [System.Text.Encoding.UTF8.GetString((await raw.ReceiveAsync())!.Value.Payload), System.Text.Encoding.UTF8.GetString((await raw.ReceiveAsync())!.Value.Payload)];
        received.Should().ContainSingle(frame => frame.StartsWith("system:error forbidden ")).And.Contain("#of bob:bob:hi");
    }

    [Fact]
    public async Task ScopedAuthorizer_IsDisposedAfterEachAnswer()
    {
        // Development validates that no scoped service is resolved without a scope.
        await using var server = await TestServer.StartAsync(
            services: services => services.AddSingleton<DisposedAuthorizers>().AddScoped<IChatAuthorizer, CountedAuthorizer>(), environment: "Development");
        var alice = await server.HubAsync("alice");
        await alice.JoinAsync("#a");
        await alice.SubscribeAsync("$a");
        await alice.SendAsync("#a", "hi");
        server.Services.GetRequiredService<DisposedAuthorizers>().Count.Should().Be(2);
    }

    [Fact]
    public async Task JoinOrLeave_RacingWithConnects_AppliesToEveryDevice()
    {
        await using var server = await TestServer.StartAsync();
        var (alice, bob) = (await server.HubAsync("alice"), await server.HubAsync("bob"));
        await alice.JoinAsync("#a");
        for (var round = 0; round < 30; round++)
        {
            var joins = round % 2 == 0;
            var hubs = Enumerable.Range(0, 3).Select(_ => server.HubAsync("bob")).ToList();
            // One raw device only: it misses what a second one confirms before it has registered.
            var raw = server.RawAsync(query: "?userid=bob");
            await (joins ? bob.JoinAsync("#a") : bob.LeaveAsync("#a") as Task);
            await Task.WhenAll([.. hubs, raw]);
            await alice.SendAsync("#a", $"in room {round}");
            await alice.SendAsync("bob", $"to bob {round}");
            foreach (var hub in hubs)
            {
                (await (await hub).ReceiveAsync()).Content.Should().Be(joins ? $"in room {round}" : $"to bob {round}");
                await (await hub).DisposeAsync();
            }
            var received = await (await raw).ReceiveUntilAsync($"alice:to bob {round}");
            // The messages of one stream are ordered; the two streams are not ordered against each other.
            if (joins && !received.Contains($"#a:alice:in room {round}"))
                received.Add(await (await raw).ReceiveAsync());
            received.Contains($"#a:alice:in room {round}").Should().Be(joins);
            await (await raw).CloseAsync();
        }
    }

    [Fact]
    public async Task JoinDuringRawRegistration_DeliversBothStreams()
    {
        await using var server = await TestServer.StartAsync(services: services => services.AddSingleton<HubLifetimeManager<ChatHub>, SlowGroups>());
        var groups = (SlowGroups)server.Services.GetRequiredService<HubLifetimeManager<ChatHub>>();
        var (alice, bob) = (await server.HubAsync("alice"), await server.HubAsync("bob"));
        await alice.JoinAsync("#a");
        var release = groups.HoldNext("bob");
        var raw = await server.RawAsync(query: "?userid=bob");
        await Wait.ForAsync(groups.Held, "The registration");
        await bob.JoinAsync("#a");
        release();
        await alice.SendAsync("#a", "in the room");
        await alice.SendAsync("bob", "to bob");
        (await raw.ReceiveAsync(2)).Should().BeEquivalentTo("#a:alice:in the room", "alice:to bob");
    }

    [Fact]
    public async Task ConnectionsThatEndDuringJoin_AreNotCounted()
    {
        await using var server = await TestServer.StartAsync();
        var publisher = server.Services.GetRequiredService<IChatPublisher>();
        var bob = await server.HubAsync("bob");
        for (var round = 0; round < 20; round++)
        {
            var devices = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => server.HubAsync("bob")));
            var ending = devices.Select(device => device.DisposeAsync().AsTask()).ToList();
            await bob.JoinAsync("#a");
            await Task.WhenAll(ending);
            await bob.LeaveAsync("#a");
        }
        await bob.JoinAsync("#a");
        await Wait.UntilAsync(async () => (await publisher.SendAsync(new PushRequest("#a", "x", "shop"))).OnlineConnections == 1, "One connection");
    }

    [Fact]
    public async Task RemovedMember_ReceivesNothingMore()
    {
        await using var server = await TestServer.StartAsync(new(Keys.Settings(("k", "office", ["rooms"]))));
        var (alice, raw) = (await server.HubAsync("alice"), await server.RawAsync("bob"));
        await alice.JoinAsync("#a");
        await raw.SendAsync("bob:#a:");
        await raw.SendAsync("bob:#a:here");
        (await raw.ReceiveAsync()).Should().Be("#a:bob:here");
        using (var http = Keys.Client(server.Address, "k"))
            (await http.DeleteAsync(new Uri("/api/v1/rooms/a/members/bob", UriKind.Relative))).StatusCode.Should().Be(HttpStatusCode.NoContent);
        await alice.SendAsync("#a", "without bob");
        await alice.SendAsync("bob", "to bob");
        (await raw.ReceiveAsync()).Should().Be("alice:to bob");
    }

    [Fact]
    public async Task FailingAuthorizer_RefusesJoinsAndSubscriptions()
    {
        await using var server = await TestServer.StartAsync(services: services => services.AddSingleton<IChatAuthorizer, FailingAuthorizer>());
        var (alice, raw) = (await server.HubAsync("alice"), await server.RawAsync("bob"));
        (await HubClient.RefusalAsync(() => alice.JoinAsync("#a"))).Should().Be("unavailable");
        (await HubClient.RefusalAsync(() => alice.SubscribeAsync("$a"))).Should().Be("unavailable");
        (await HubClient.RefusalAsync(() => alice.SendAsync("#a", "hi"))).Should().Be("forbidden");
        await raw.SendAsync("bob:#a:");
        (await raw.ReceiveAsync()).Should().StartWith("system:error unavailable ");
        await alice.SendAsync("bob", "hi");
        (await raw.ReceiveAsync()).Should().Be("alice:hi");
    }

    /// <summary>Groups that can be slow, as those of several nodes are.</summary>
    private sealed class SlowGroups(ILogger<DefaultHubLifetimeManager<ChatHub>> logger) : DefaultHubLifetimeManager<ChatHub>(logger)
    {
        private readonly TaskCompletionSource<string> held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource release = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private string? heldGroup;

        /// <summary>The connection that waits to enter.</summary>
        public Task<string> Held => held.Task;

        /// <summary>Blocks the next connection that enters the group, until the returned action is called.</summary>
        public Action HoldNext(string group)
        {
            heldGroup = group;
            return release.SetResult;
        }

        public override async Task AddToGroupAsync(string connectionId, string groupName, CancellationToken cancellationToken = default)
        {
            if (Interlocked.CompareExchange(ref heldGroup, null, groupName) == groupName)
            {
                held.SetResult(connectionId);
                await release.Task;
            }
            await base.AddToGroupAsync(connectionId, groupName, cancellationToken);
        }
    }

    private sealed class FailingAuthorizer : IChatAuthorizer
    {
        public async ValueTask<bool> MayJoinAsync(ChatCaller caller, string room, CancellationToken cancellationToken)
        {
            await Task.Yield();
            throw new InvalidOperationException("The directory is unavailable.");
        }

        public ValueTask<bool> MaySubscribeAsync(ChatCaller caller, string topic, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("The directory is unavailable.");
    }

    private sealed class DisposedAuthorizers
    {
        public int Count { get; set; }
    }

    private sealed class CountedAuthorizer(DisposedAuthorizers disposed) : IChatAuthorizer, IDisposable
    {
        public ValueTask<bool> MayJoinAsync(ChatCaller caller, string room, CancellationToken cancellationToken) => ValueTask.FromResult(true);

        public ValueTask<bool> MaySubscribeAsync(ChatCaller caller, string topic, CancellationToken cancellationToken) => ValueTask.FromResult(true);

        public void Dispose() => disposed.Count++;
    }

    private sealed class SlowAuthorizer : IChatAuthorizer
    {
        public async ValueTask<bool> MayJoinAsync(ChatCaller caller, string room, CancellationToken cancellationToken)
        {
            await Task.Delay(20, cancellationToken);
            return room == $"#of {caller.UserId}";
        }

        public async ValueTask<bool> MaySubscribeAsync(ChatCaller caller, string topic, CancellationToken cancellationToken)
        {
            await Task.Yield();
            return topic == $"${caller.UserId}";
        }
    }
}
