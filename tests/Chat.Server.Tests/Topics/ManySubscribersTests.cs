using System.Text.Json;
using Chat.Protocol;
using Chat.Server.Tests.Operations;
using Chat.Server.Tests.Push;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Topics;

[Trait("Duration", "Long")]
[Collection(HeavyLoad.Name)]
public sealed class ManySubscribersTests
{
    private const int Subscribers = 200, Updates = 10_000;

    [Fact]
    public async Task ManyUpdates_ReachEverySubscriberInVersionOrder()
    {
        // A separate process, so that its memory is the server's alone. The heap may hold 96 MiB; the values are 400 MB.
        await using var server = new ServerProcess(new(Keys.Settings(("k", "shop", ["topics"]))) { ["DOTNET_GCHeapHardLimit"] = "6000000" });
        await server.StartAsync();
        using var http = Keys.Client(server.Address, "k");
        var hubs = new List<(HubClient Client, Task<List<long>> Seen)>();
        var raws = new List<(RawClient Client, Task<List<long>> Seen)>();
        await using var stalled = await RawTcpClient.ConnectAsync(server.Address, receiveBufferBytes: 4096);
        await stalled.SendAsync(RawTcpClient.Frame("stalled:$figures:"));
        for (var i = 0; i < Subscribers - 1; i++)
            if (i % 2 == 0)
            {
                var hub = await HubClient.ConnectAsync(server.Address, $"hub{i}");
                await hub.SubscribeAsync("$figures");
                hubs.Add((hub, SeenByAsync(hub)));
            }
            else
            {
                var raw = await RawClient.ConnectAsync(server.Address);
                await raw.SendAsync($"raw{i}:$figures:");
                raws.Add((raw, SeenByAsync(raw)));
            }
        await Wait.UntilAsync(async () => (await PublishAsync(http, -1)).Subscribers == Subscribers, "The last subscription");

        var before = await Heap.OfAsync(server);
        // Concurrent back ends, which publish far more values than the server sends to a subscriber.
        await Task.WhenAll(Enumerable.Range(0, 20).Select(async publisher =>
        {
            for (var i = 0; i < Updates / 20; i++)
                await PublishAsync(http, i);
        }));
        await PublishAsync(http, Updates);

        foreach (var (client, seen) in hubs)
        {
            var versions = await Wait.ForAsync(seen, "The last value");
            versions.Should().BeInAscendingOrder().And.OnlyHaveUniqueItems();
            versions.Count.Should().BeLessThan(Updates / 2);
            await client.DisposeAsync();
        }
        foreach (var (client, seen) in raws)
        {
            (await Wait.ForAsync(seen, "The last value")).Count.Should().BeLessThan(Updates / 2);
            await client.DisposeAsync();
        }
        server.Output.Should().NotContain("OutOfMemory");
        (await Heap.OfAsync(server)).Should().BeLessThan(before + (8 << 20), because: "at most one value waits for each subscriber");
    }

    private static async Task<List<long>> SeenByAsync(HubClient hub)
    {
        var versions = new List<long>();
        TopicValue value;
        do
            versions.Add((value = await hub.ReceiveValueAsync()).Version);
        while (value.Value[0].GetInt32() != Updates);
        return versions;
    }

    private static async Task<List<long>> SeenByAsync(RawClient raw)
    {
        var values = new List<long>();
        do
            values.Add(JsonElement.Parse((await raw.ReceiveAsync())["$figures:".Length..])[0].GetInt64());
        while (values[^1] != Updates);
        return values;
    }

    private static async Task<TopicReceipt> PublishAsync(HttpClient http, int value)
    {
        using var answer = await http.PutAsync(new Uri("/api/v1/topics/figures", UriKind.Relative), new StringContent($"[{value},\"{new string('x', 2000)}\"]"));
        return JsonSerializer.Deserialize(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(), ChatJson.Default.TopicReceipt)!;
    }
}
