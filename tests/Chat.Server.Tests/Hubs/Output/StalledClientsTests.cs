using System.Text;
using System.Text.Json;
using Chat.Server.Tests.Operations;
using Chat.Server.Tests.Push;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Hubs.Output;

[Trait("Duration", "Long")]
[Collection(HeavyLoad.Name)]
public sealed class StalledClientsTests
{
    private const int Clients = 1000, Stalled = 10, Messages = 60, WarmUp = 15, Bytes = 16_000;

    [Fact]
    public async Task OneStalledClientInAHundred_CostsTheOthersNothing()
    {
        // A separate process, so that its heap is the server's alone. The server sends 1 GB, and its heap may have 256 MiB.
        await using var server = new ServerProcess(new(Keys.Settings(("k", "shop", ["push", "rooms"])))
        {
            ["DOTNET_GCHeapHardLimit"] = "10000000",
            ["Chat:Limits:SendTimeout"] = "00:00:10", // a busy machine may keep a healthy client from reading for seconds
        });
        await server.StartAsync();
        using var http = Keys.Client(server.Address, "k");
        var healthy = new List<RawTcpClient>();
        var hubs = new List<HubClient>();
        var stalled = new List<RawTcpClient>();
        for (var i = Stalled; i < Clients; i++)
            if (i % 20 == 0)
            {
                hubs.Add(await HubClient.ConnectAsync(server.Address, $"hub{i}"));
                await hubs[^1].JoinAsync("#r");
            }
            else
            {
                healthy.Add(await RawTcpClient.ConnectAsync(server.Address));
                await healthy[^1].SendAsync(RawTcpClient.Frame($"raw{i}:#r:"));
            }
        await Wait.UntilAsync(async () => await MembersAsync(http) == Clients - Stalled, "The memberships of the healthy clients");
        var before = 0.0;
        for (var i = 0; i < Messages; i++)
        {
            if (i == WarmUp)
            {
                before = await Heap.OfAsync(server);
                for (var s = 0; s < Stalled; s++)
                    stalled.Add(await StalledAsync(server.Address, s));
                await Wait.UntilAsync(async () => await MembersAsync(http) == Clients, "All memberships");
                // More than the kernel and the server buffer for a client, some 4 MiB.
                for (var s = 0; s < Stalled; s++)
                    for (var m = 0; m < 100; m++)
                        await PushAsync(http, $"stalled{s}", new string('x', 60_000));
            }
            var content = $"{i}|".PadRight(Bytes, 'x');
            await PushAsync(http, "#r", content);
            // The next message is sent when all healthy clients have this one: they must not wait for the stalled ones.
            await Task.WhenAll(healthy.Select(async client => (await TextAsync(client)).Should().Be($"#r:shop:{content}"))
                .Concat(hubs.Select(async client => (await client.ReceiveAsync()).Content.Should().Be(content))));
        }

        await Wait.UntilAsync(
            async () => await Metrics.ConnectionsOfAsync(server.Address) == Clients - Stalled, "The end of the stalled clients");
        (await Metrics.OfAsync(server.Address)).Where(metric => metric.Key.StartsWith("chat_slow_close_total{", StringComparison.Ordinal)).Sum(metric => metric.Value)
            .Should().BeGreaterThan(0, because: "the test needs clients that the server waits for");
        (await Heap.OfAsync(server)).Should().BeLessThan(before + (24 << 20), because: "the memory of the stalled clients is freed");
        foreach (var client in healthy.Concat(stalled))
            await client.DisposeAsync();
        foreach (var hub in hubs)
            await hub.DisposeAsync();
    }

    /// <summary>Connects a client that joins and then reads nothing: raw and SignalR clients alternate.</summary>
    private static async Task<RawTcpClient> StalledAsync(Uri server, int i)
    {
        var client = await RawTcpClient.ConnectAsync(server, i % 2 == 0 ? "/api/home/connect" : $"/chat?userid=stalled{i}", receiveBufferBytes: 4096);
        if (i % 2 == 0)
            await client.SendAsync(RawTcpClient.Frame($"stalled{i}:#r:"));
        else
            await client.SendAsync(RawTcpClient.Frame(
                "{\"protocol\":\"json\",\"version\":1}\u001e{\"type\":1,\"invocationId\":\"1\",\"target\":\"Join\",\"arguments\":[{\"room\":\"#r\"}]}\u001e"));
        return client;
    }

    private static async Task<string> TextAsync(RawTcpClient client)
    {
        var frame = await client.ReceiveAsync();
        return Encoding.UTF8.GetString(frame!.Value.Payload);
    }

    private static async Task<int> MembersAsync(HttpClient http)
    {
        using var answer = JsonDocument.Parse(await http.GetStringAsync("/api/v1/rooms/r/members"));
        return answer.RootElement.GetProperty("members").GetArrayLength();
    }

    private static async Task<string> PushAsync(HttpClient http, string to, string content)
    {
        using var answer = await http.PostAsync("/api/v1/messages", new StringContent(JsonSerializer.Serialize(new { to, content })));
        return await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync();
    }
}
