using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Chat.Protocol;
using Chat.Server.Tests.Push;
using Chat.Server.Tests.Running;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Server.Tests.Operations;

/// <summary>The topic with the server's statistics.</summary>
[Trait("Duration", "Long")]
public sealed class StatsTests
{
    private static readonly Dictionary<string, string> Settings = Keys.Settings(("k", "office", ["topics", "admin"]), ("t", "shop", ["topics"]));

    [Fact]
    public async Task Subscriber_ReceivesStatsEachSecond()
    {
        await using var server = await TestServer.StartAsync(Settings, environment: "Development");
        var (alice, bob, raw) = (await server.HubAsync("alice"), await server.HubAsync("bob"), await server.RawAsync(query: "?userid=bob"));
        await alice.JoinAsync("#garden");
        await bob.JoinAsync("#garden");
        await alice.JoinAsync("#quiet");
        (await alice.SubscribeAsync(ServerStats.Topic)).Should().BeNull(because: "the server measures only while the topic has a subscriber");
        var quiet = await NextAsync(alice);
        quiet.Stats.Connections.Should().Be(new ConnectionCounts(2, 1));
        quiet.Stats.Should().BeEquivalentTo(new { Users = 2, AppendQueue = 0, SlowCloses = 0 });
        quiet.Stats.MemoryBytes.Should().BePositive();

        await alice.TrySendAsync("$no", "refused");
        await alice.SendAsync("bob", "hi", "id");
        await alice.SendAsync("bob", "hi", "id");
        (await raw.ReceiveAsync()).Should().Be("alice:hi");
        await alice.SendAsync("#garden", "the roses are out");
        var (seenIn, seenOut, last) = (0.0, 0.0, quiet);
        while (last.Stats is not { Duplicates: 1, Rooms: [{ Messages: 1 }, ..] })
        {
            var next = await NextAsync(alice);
            next.Version.Should().BeGreaterThan(last.Version);
            (seenIn, seenOut, last) = (seenIn + next.Stats.MessagesIn, seenOut + next.Stats.MessagesOut, next);
        }
        seenIn.Should().BePositive();
        seenOut.Should().BeGreaterThan(seenIn);
        last.Stats.Rooms.Should().Equal(new RoomStats("#garden", 3, 1), new RoomStats("#quiet", 1, 0));
        last.Stats.AppendP50.Should().BePositive().And.BeLessThanOrEqualTo(last.Stats.AppendP99);
        last.Stats.CommitMessages.Should().BeGreaterThanOrEqualTo(1);
        last.Stats.Should().BeEquivalentTo(new { Refused = quiet.Stats.Refused + 1, Duplicates = 1 });
        (await alice.SubscribeAsync(ServerStats.Topic))!.Version.Should().BeGreaterThanOrEqualTo(last.Version);
    }

    [Fact]
    public async Task Stats_AreNotStored()
    {
        await using var server = await TestServer.StartAsync(environment: "Development");
        var alice = await server.HubAsync("alice");
        await alice.SubscribeAsync(ServerStats.Topic);
        await NextAsync(alice);
        (await NextAsync(alice)).Stats.CommitMessages.Should().Be(0);
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={server.Database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT (SELECT count(*) FROM topic) + (SELECT last_number FROM log)";
        command.ExecuteScalar().Should().Be(0L);
    }

    [Fact]
    public async Task StatsVersions_GrowOverARestart()
    {
        await using var server = new ServerProcess(new() { ["ASPNETCORE_ENVIRONMENT"] = "Development" });
        long before = 0;
        for (var i = 0; i < 2; i++)
        {
            await server.StartAsync();
            await using var alice = await HubClient.ConnectAsync(server.Address, "alice");
            await alice.SubscribeAsync(ServerStats.Topic);
            var version = (await NextAsync(alice)).Version;
            version.Should().BeGreaterThan(before);
            before = version;
            server.Kill();
        }
    }

    [Fact]
    public async Task Stats_AreReadOnlyAndForOperators()
    {
        await using var server = await TestServer.StartAsync(Settings);
        using var http = Keys.Client(server.Address, "k");
        for (var i = 0; i < 2; i++)
        {
            var value = (await http.GetFromJsonAsync("/api/v1/topics/server.stats", ChatJson.Default.TopicValue))!;
            value.Value.Deserialize(ChatJson.Default.ServerStats)!.Connections.Should().Be(new ConnectionCounts(0, 0));
        }
        server.Services.GetRequiredService<Chat.Server.Topics.LiveTopics>().CountSubscribers(ServerStats.Topic).Should().Be(0);
        (await http.PutAsync("/api/v1/topics/server.stats", new StringContent("1"))).StatusCode.Should().Be(HttpStatusCode.Forbidden);
        using var other = Keys.Client(server.Address, "t");
        (await other.GetAsync("/api/v1/topics/server.stats")).StatusCode.Should().Be(HttpStatusCode.Forbidden);
        (await HubClient.RefusalAsync(async () => await (await server.HubAsync("alice")).SubscribeAsync(ServerStats.Topic))).Should().Be("forbidden");
    }

    private static async Task<(long Version, ServerStats Stats)> NextAsync(HubClient subscriber)
    {
        var value = await subscriber.ReceiveValueAsync();
        return (value.Version, value.Value.Deserialize(ChatJson.Default.ServerStats)!);
    }
}
