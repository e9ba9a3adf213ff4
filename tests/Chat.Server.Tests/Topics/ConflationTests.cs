using System.Globalization;
using System.Text.Json;
using Chat.Server.Tests.Running;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Chat.Server.Tests.Topics;

[Trait("Duration", "Long")]
public sealed class ConflationTests
{
    [Fact]
    public async Task Burst_IsSentAsFirstAndLastValue()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var server = await TestServer.StartAsync(new() { ["Chat:Topics:ConflationWindow"] = "00:00:01" }, time);
        var publisher = server.Services.GetRequiredService<IChatPublisher>();
        var (hub, raw) = (await server.HubAsync("alice"), await server.RawAsync());
        await hub.SubscribeAsync("$a");
        await raw.SendAsync("bob:$a:");
        await raw.SendAsync("bob:bob:subscribed");
        await raw.ReceiveAsync();
        for (var i = 1; i <= 10; i++)
            await publisher.PublishAsync("$a", JsonElement.Parse($"{i}"));
        (await hub.ReceiveValueAsync()).Version.Should().Be(1);
        (await raw.ReceiveAsync()).Should().Be("$a:1");
        (await (await server.HubAsync("carol")).SubscribeAsync("$a"))!.Version.Should().Be(10, because: "a new subscriber receives the newest value");
        time.Advance(TimeSpan.FromSeconds(1));
        (await hub.ReceiveValueAsync()).Version.Should().Be(10);
        (await raw.ReceiveAsync()).Should().Be("$a:10");
        await publisher.PublishAsync("$a", JsonElement.Parse("11"));
        time.Advance(TimeSpan.FromSeconds(1));
        (await hub.ReceiveValueAsync()).Version.Should().Be(11);
        time.Advance(TimeSpan.FromSeconds(1));
        await publisher.PublishAsync("$a", JsonElement.Parse("12"));
        (await hub.ReceiveValueAsync()).Version.Should().Be(12, because: "the window was over");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SlowSubscriber_SkipsToTheNewestValue(bool hub)
    {
        // 60 MB of values: more than the buffers between server and client hold.
        const int values = 1000;
        await using var server = await TestServer.StartAsync(new() { ["Chat:Topics:ConflationWindow"] = "00:00:00", ["Chat:Limits:SendTimeout"] = "00:10:00" });
        var publisher = server.Services.GetRequiredService<IChatPublisher>();
        var slow = await server.TcpAsync(hub ? "/chat?userid=slow" : "/api/home/connect", receiveBufferBytes: 4096);
        if (hub)
            await slow.SendAsync(
                RawTcpClient.Frame("{\"protocol\":\"json\",\"version\":1}\u001e"),
                RawTcpClient.Frame("{\"type\":1,\"target\":\"Subscribe\",\"arguments\":[{\"topic\":\"$a\"}]}\u001e"));
        else
            await slow.SendAsync(RawTcpClient.Frame("slow:$a:"));
        var padding = new string('x', 60_000);
        await Wait.UntilAsync(async () => (await publisher.PublishAsync("$a", JsonElement.Parse("[0]")))!.Subscribers == 1, "The subscription");
        for (var i = 1; i <= values; i++)
            await publisher.PublishAsync("$a", JsonElement.Parse($"[{i},\"{padding}\"]"));
        await publisher.PublishAsync("$a", JsonElement.Parse($"[{values + 1}]"));

        var seen = new List<int>();
        while (seen is not [.., values + 1])
        {
            var text = System.Text.Encoding.UTF8.GetString((await slow.ReceiveAsync())!.Value.Payload);
            foreach (var record in text.Split('\u001e'))
                if (record.IndexOf(hub ? "\"value\":[" : "$a:[", StringComparison.Ordinal) is >= 0 and var at)
                    seen.Add(int.Parse(record[(record.IndexOf('[', at) + 1)..].Split(',', ']')[0], CultureInfo.InvariantCulture));
        }
        seen.Should().BeInAscendingOrder();
        seen.Count.Should().BeLessThan(values / 2, because: "most were skipped");
        server.LogText.Should().NotContain("reads too slowly", because: "a slow subscriber costs no more than one value");
    }

    [Fact]
    public async Task ValuesAndVersions_SurviveAServerKill()
    {
        await using var server = new ServerProcess(Push.Keys.Settings(("k", "shop", ["topics"])));
        await server.StartAsync();
        using var http = Push.Keys.Client(server.Address, "k");
        for (var i = 0; i < 3; i++)
            (await http.PutAsync(new Uri("/api/v1/topics/a", UriKind.Relative), new StringContent($"{i}"))).EnsureSuccessStatusCode();
        server.Kill();
        await server.StartAsync();
        await using var alice = await HubClient.ConnectAsync(server.Address, "alice");
        var value = await alice.SubscribeAsync("$a");
        value!.Version.Should().Be(3);
        value.Value.GetInt32().Should().Be(2);
        using var again = Push.Keys.Client(server.Address, "k");
        (await again.PutAsync(new Uri("/api/v1/topics/a", UriKind.Relative), new StringContent("3"))).EnsureSuccessStatusCode();
        (await alice.ReceiveValueAsync()).Version.Should().Be(4);
    }
}
