using Chat.Server.Admission;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Admission;

/// <summary>The server refuses or slows down a user that sends too fast, and no other user.</summary>
[Trait("Duration", "Long")]
public sealed class SendLimitTests
{
    [Fact]
    public async Task HubCallsOverTheRate_AreRefused()
    {
        await using var server = await TestServer.StartAsync(new() { ["Chat:Limits:SendsPerSecond"] = "1", ["Chat:Limits:SendBurst"] = "20" });
        var (alice, bob, control) = (await server.HubAsync("alice"), await server.HubAsync("bob"), await server.HubAsync("carol"));
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => alice.TrySendAsync("bob", $"{i}")));
        outcomes.Where(outcome => outcome is not null).Should().AllBe("rate_limited").And.HaveCountGreaterThan(40);
        var stored = outcomes.Count(outcome => outcome is null);
        stored.Should().BeGreaterThanOrEqualTo(20);
        (await bob.ReceiveAsync(stored)).Select(message => int.Parse(message.Content, null)).Should().BeInAscendingOrder();
        await control.SendAsync("bob", "unhindered");
        (await bob.ReceiveAsync()).Content.Should().Be("unhindered");
    }

    [Fact]
    public async Task SendRate_IsSharedByAUsersConnections()
    {
        await using var server = await TestServer.StartAsync(new() { ["Chat:Limits:SendsPerSecond"] = "1", ["Chat:Limits:SendBurst"] = "10" });
        var (one, other) = (await server.HubAsync("alice"), await server.HubAsync("alice"));
        for (var i = 0; i < 5; i++)
            (await one.TrySendAsync("bob", "hi")).Should().BeNull();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => other.TrySendAsync("bob", "hi")));
        outcomes.Should().Contain("rate_limited");
    }

    [Fact]
    public async Task RawSenderOverTheRate_IsSlowedWithoutLoss()
    {
        await using var server = await TestServer.StartAsync(new() { ["Chat:Limits:SendsPerSecond"] = "100", ["Chat:Limits:SendBurst"] = "10" });
        var (alice, bob) = (await server.RawAsync("alice"), await server.HubAsync("bob"));
        for (var i = 0; i < 200; i++)
            await alice.SendAsync($"alice:bob:{i}");
        (await bob.ReceiveAsync(200)).Select(message => message.Content).Should().Equal(Enumerable.Range(0, 200).Select(i => $"{i}"));
        (await alice.CloseAsync()).Should().Be(1000);
    }

    [Fact]
    public async Task RawSenderFarOverTheRate_IsRefusedAndStaysConnected()
    {
        await using var server = await TestServer.StartAsync(new() { ["Chat:Limits:SendsPerSecond"] = "2", ["Chat:Limits:SendBurst"] = "2" });
        var (alice, bob, control) = (await server.RawAsync("alice"), await server.HubAsync("bob"), await server.RawAsync("carol"));
        for (var i = 0; i < 100; i++)
            await alice.SendAsync($"alice:bob:{i}");
        await control.SendAsync("carol:carol:unhindered");
        (await control.ReceiveAsync()).Should().Be("carol:unhindered");
        (await alice.ReceiveAsync()).Should().StartWith("system:error rate_limited ");
        (await alice.CloseAsync()).Should().Be(1000, because: "frames over the rate are refused, and do not count as malformed");
        var stored = (await server.MailboxAsync("bob")).Select(message => message.Content).ToList();
        stored.Should().HaveCountGreaterThan(5).And.HaveCountLessThan(60).And.StartWith(["0", "1", "2", "3", "4"]);
        (await bob.ReceiveAsync(stored.Count)).Select(message => message.Content).Should().Equal(stored);
    }

    [Fact]
    public async Task EveryLimit_AcceptsTheLargestInt()
    {
        var highest = typeof(LimitsOptions).GetProperties()
            .Where(limit => limit.PropertyType == typeof(int) && limit.Name != nameof(LimitsOptions.MaxQueuedBytes))
            .ToDictionary(limit => $"{LimitsOptions.SectionName}:{limit.Name}", _ => $"{int.MaxValue}");
        await using var server = await TestServer.StartAsync(new(highest) { ["Chat:Limits:MaxQueuedBytes"] = $"{1 << 30}", ["Chat:Messaging:RetentionCount"] = $"{int.MaxValue}" });
        var (alice, bob) = (await server.HubAsync("alice"), await server.RawAsync("bob"));
        await alice.JoinAsync("#garden");
        await alice.SubscribeAsync("$a");
        (await alice.TrySendAsync("bob", "hi")).Should().BeNull();
        (await bob.ReceiveAsync()).Should().Be("alice:hi");
        await bob.SendAsync("bob:alice:hi yourself");
        (await alice.ReceiveAsync(2))[^1].Content.Should().Be("hi yourself");
        (await bob.CloseAsync()).Should().Be(1000);
    }

    [Fact]
    public async Task NewMailboxesOverTheLimit_AreRefused()
    {
        await using var server = await TestServer.StartAsync(new() { ["Chat:Limits:NewMailboxesPerMinute"] = "3" });
        var (alice, control) = (await server.HubAsync("alice"), await server.HubAsync("carol"));
        await control.SendAsync("dave", "hi");
        for (var i = 0; i < 3; i++)
            (await alice.TrySendAsync($"new {i}", "hi")).Should().BeNull();
        (await alice.TrySendAsync("new 3", "hi")).Should().Be("rate_limited");
        (await alice.TrySendAsync("new 0", "again")).Should().BeNull();
        (await alice.TrySendAsync("dave", "he has a mailbox")).Should().BeNull();
        (await control.TrySendAsync("new 3", "hi")).Should().BeNull();
        var raw = await server.RawAsync("alice");
        await raw.SendAsync("alice:new 4:hi");
        (await raw.ReceiveAsync()).Should().StartWith("system:error rate_limited ");
        (await server.MailboxAsync("new 4")).Should().BeEmpty();
    }

    [Fact]
    public async Task NewRoomStreamsOverTheLimit_AreRefused()
    {
        await using var server = await TestServer.StartAsync(new() { ["Chat:Limits:NewMailboxesPerMinute"] = "3" });
        var (alice, control) = (await server.HubAsync("alice"), await server.HubAsync("carol"));
        await control.JoinAsync("#old");
        await control.SendAsync("#old", "hi");
        for (var i = 0; i < 3; i++)
            (await SayInAsync($"#new {i}")).Should().BeNull();
        (await SayInAsync("#new 3")).Should().Be("rate_limited");
        (await SayInAsync("#new 0")).Should().BeNull();
        (await SayInAsync("#old")).Should().BeNull();

        async Task<string?> SayInAsync(string room)
        {
            await alice.JoinAsync(room);
            var refusal = await alice.TrySendAsync(room, "hi");
            await alice.LeaveAsync(room);
            return refusal;
        }
    }

    [Fact]
    public async Task JoinOverTheRoomLimit_IsRefused()
    {
        await using var server = await TestServer.StartAsync(new() { ["Chat:Limits:RoomsPerUser"] = "2" });
        var alice = await server.HubAsync("alice");
        await alice.JoinAsync("#a");
        await alice.JoinAsync("#b");
        await alice.JoinAsync("#b");
        (await HubClient.RefusalAsync(() => alice.JoinAsync("#c"))).Should().Be("rate_limited");
        await alice.LeaveAsync("#a");
        await alice.JoinAsync("#c");
    }

    [Fact]
    public async Task SubscriptionOverTheTopicLimit_IsRefused()
    {
        await using var server = await TestServer.StartAsync(new() { ["Chat:Limits:TopicsPerConnection"] = "2" });
        var alice = await server.HubAsync("alice");
        await alice.SubscribeAsync("$a");
        await alice.SubscribeAsync("$b");
        await alice.SubscribeAsync("$b");
        (await HubClient.RefusalAsync(() => alice.SubscribeAsync("$c"))).Should().Be("rate_limited");
        await alice.UnsubscribeAsync("$a");
        await alice.SubscribeAsync("$c");
        await (await server.HubAsync("alice")).SubscribeAsync("$d");
    }
}
