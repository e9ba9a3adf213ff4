using System.Text.Json;
using Chat.Protocol;
using Chat.Server.Tests.Running;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Server.Tests.Topics;

public sealed class TopicTests() : ServerTest(new() { ["Chat:Topics:ConflationWindow"] = "00:00:00" })
{
    private IChatPublisher Publisher => Server.Services.GetRequiredService<IChatPublisher>();

    [Fact]
    public async Task Subscriber_ReceivesTheLastValueThenNewOnes()
    {
        var (hub, raw) = (await Server.HubAsync("alice"), await Server.RawAsync());
        (await hub.SubscribeAsync("$stats.sales")).Should().BeNull(because: "it has no value yet");
        (await PublishAsync("$stats.sales", """{ "today": 5 }""")).Subscribers.Should().Be(1);
        var value = await hub.ReceiveValueAsync();
        value.Should().BeEquivalentTo(new { Topic = "$stats.sales", Version = 1 });
        value.Value.GetProperty("today").GetInt32().Should().Be(5);

        await raw.SendAsync("bob:$stats.sales:");
        (await raw.ReceiveAsync()).Should().Be("""$stats.sales:{"today":5}""");
        (await (await Server.HubAsync("carol")).SubscribeAsync("$stats.sales"))!.Version.Should().Be(1);
        (await PublishAsync("$stats.sales", "6")).Should().Be(new TopicReceipt(2, 3));
        (await hub.ReceiveValueAsync()).Value.GetInt32().Should().Be(6);
        (await raw.ReceiveAsync()).Should().Be("$stats.sales:6");
        await raw.SendAsync("bob:$stats.sales:");
        (await raw.ReceiveAsync()).Should().Be("$stats.sales:6", because: "it subscribed again");
    }

    [Theory]
    [InlineData(HttpTransportType.ServerSentEvents)]
    [InlineData(HttpTransportType.LongPolling)]
    public async Task EveryTransport_CarriesValues(HttpTransportType transport)
    {
        var alice = await Server.HubAsync("alice", transport);
        await alice.SubscribeAsync("$a");
        await alice.JoinAsync("#a");
        for (var i = 1; i <= 3; i++)
        {
            await PublishAsync("$a", $"{i}");
            (await alice.ReceiveValueAsync()).Value.GetInt32().Should().Be(i);
            await alice.SendAsync("#a", $"{i}");
            (await alice.ReceiveAsync()).Content.Should().Be($"{i}");
        }
    }

    [Fact]
    public async Task Subscription_BelongsToOneConnection()
    {
        var (one, other) = (await Server.HubAsync("alice"), await Server.HubAsync("alice"));
        await one.SubscribeAsync("$a");
        await other.SubscribeAsync("$b");
        (await one.UnsubscribeAsync("$a")).Topic.Should().Be("$a");
        await one.SubscribeAsync("$b");
        await PublishAsync("$a", "1");
        await PublishAsync("$b", "2");
        (await one.ReceiveValueAsync()).Topic.Should().Be("$b");
        (await other.ReceiveValueAsync()).Topic.Should().Be("$b");
        await other.DisposeAsync();
        await Wait.UntilAsync(async () => (await PublishAsync("$b", "3")).Subscribers == 1, "The end of a subscription");
    }

    [Fact]
    public async Task ConcurrentPublishes_GetGrowingVersions()
    {
        var subscriber = await Server.HubAsync("alice");
        await subscriber.SubscribeAsync("$a");
        var receipts = await Task.WhenAll(Enumerable.Range(1, 500).Select(i => PublishAsync("$a", $"{i}")));
        receipts.Select(receipt => receipt.Version).Order().Should().Equal(Enumerable.Range(1, 500).Select(i => (long)i));
        long version = 0;
        while (version < 500)
        {
            var value = await subscriber.ReceiveValueAsync();
            value.Version.Should().BeGreaterThan(version);
            version = value.Version;
        }
    }

    [Fact]
    public async Task IfVersion_ReplacesOnlyThatVersion()
    {
        (await Publisher.PublishAsync("$a", JsonElement.Parse("1"), ifVersion: 1)).Should().BeNull();
        (await Publisher.PublishAsync("$a", JsonElement.Parse("1"), ifVersion: 0))!.Version.Should().Be(1);
        (await Publisher.PublishAsync("$a", JsonElement.Parse("2"), ifVersion: 0)).Should().BeNull();
        var replaced = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Publisher.PublishAsync("$a", JsonElement.Parse($"{i}"), ifVersion: 1)));
        replaced.OfType<TopicReceipt>().Should().ContainSingle().Which.Version.Should().Be(2);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("$")]
    [InlineData("$a b")]
    [InlineData("$ä")]
    [InlineData("#a")]
    [InlineData("$0123456789012345678901234567890123456789012345678901234567890123")]
    public async Task BadTopicName_IsRefused(string topic)
    {
        var alice = await Server.HubAsync("alice");
        (await HubClient.RefusalAsync(() => alice.SubscribeAsync(topic))).Should().Be("bad_recipient");
        (await HubClient.RefusalAsync(() => alice.UnsubscribeAsync(topic))).Should().Be("bad_recipient");
        (await RefusalAsync(topic, "1")).Should().Be(ChatError.BadRecipient);
    }

    [Fact]
    public async Task SendToTopic_IsRefused()
    {
        var (hub, raw) = (await Server.HubAsync("alice"), await Server.RawAsync());
        (await HubClient.RefusalAsync(() => hub.SendAsync("$a", "hi"))).Should().Be("bad_recipient");
        await raw.SendAsync("alice:$a:hi");
        (await raw.ReceiveAsync()).Should().StartWith("system:error bad_recipient ");
    }

    [Fact]
    public async Task InvalidValue_IsRefused()
    {
        (await RefusalAsync("$a", "\"" + new string('x', 64 << 10) + "\"")).Should().Be(ChatError.TooLarge);
        (await RefusalAsync("$a", """["\ud800"]""")).Should().Be(ChatError.BadRequest);
        (await RefusalAsync("$a", """{"\udc00":1}""")).Should().Be(ChatError.BadRequest);
        (await RefusalAsync("$a", new string('[', 33) + new string(']', 33))).Should().Be(ChatError.BadRequest);
        var (hub, raw) = (await Server.HubAsync("alice"), await Server.RawAsync());
        await hub.SubscribeAsync("$a");
        await raw.SendAsync("bob:$a:");
        foreach (var value in (string[])[new string('[', 32) + new string(']', 32), "\"" + new string('ä', (32 << 10) - 1) + "\"", "null", "\"😀\\u0000\"", "-1.50e3"])
        {
            await PublishAsync("$a", value);
            (await hub.ReceiveValueAsync()).Value.ToString().Should().Be(JsonElement.Parse(value).ToString());
            var frame = await raw.ReceiveAsync();
            JsonElement.DeepEquals(JsonElement.Parse(frame[3..]), JsonElement.Parse(value)).Should().BeTrue();
        }
    }

    [Fact]
    public async Task ServerTopic_IsForbiddenToUsers()
    {
        var alice = await Server.HubAsync("alice");
        (await HubClient.RefusalAsync(() => alice.SubscribeAsync("$server.load"))).Should().Be("forbidden");
        var raw = await Server.RawAsync();
        await raw.SendAsync("bob:$server.load:");
        (await raw.ReceiveAsync()).Should().StartWith("system:error forbidden ");
        (await alice.SubscribeAsync("$servers")).Should().BeNull();
    }

    [Fact]
    public async Task ServerTopic_IsOpenInDevelopment()
    {
        await using var server = await TestServer.StartAsync(environment: "Development");
        (await (await server.HubAsync("alice")).SubscribeAsync("$server.load")).Should().BeNull();
        await server.Services.GetRequiredService<IChatPublisher>().PublishAsync("$server.load", JsonElement.Parse("0.5"));
        var raw = await server.RawAsync();
        await raw.SendAsync("bob:$server.load:");
        (await raw.ReceiveAsync()).Should().Be("$server.load:0.5");
    }

    private async Task<TopicReceipt> PublishAsync(string topic, string json) => (await Publisher.PublishAsync(topic, JsonElement.Parse(json)))!;

    private async Task<ChatError> RefusalAsync(string topic, string json) =>
        (await FluentActions.Awaiting(() => PublishAsync(topic, json)).Should().ThrowAsync<ChatException>()).Which.Error;
}
