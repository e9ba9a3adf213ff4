using System.Text;
using System.Text.Json;
using Chat.Server.Tests.Operations;
using Chat.Server.Tests.Push;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Hubs.Output;

public sealed class StalledReadersTests
{
    private const int Readers = 1000, Stalled = 10, Messages = 250, WarmUp = 50, Bytes = 32_000;

    [Fact]
    public async Task OneReaderInAHundredThatStallsCostsTheOthersNothing()
    {
        // A process of its own, so that its memory is the server's alone. What is sent is 8 GB, and the heap may hold 256 MiB.
        await using var server = new ServerProcess(new(Keys.Settings(("k", "shop", ["push", "rooms"])))
        {
            ["DOTNET_GCHeapHardLimit"] = "10000000",
            ["Chat:Limits:SendTimeout"] = "00:00:05",
        });
        await server.StartAsync();
        using var http = Keys.Client(server.Address, "k");
        var healthy = new List<RawTcpClient>();
        var hubs = new List<HubClient>();
        var stalled = new List<RawTcpClient>();
        for (var i = Stalled; i < Readers; i++)
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
        await Wait.UntilAsync(async () => await MembersAsync(http) == Readers - Stalled, "The memberships of the healthy");
        var before = 0.0;
        for (var i = 0; i < Messages; i++)
        {
            if (i == WarmUp)
            {
                before = await Heap.OfAsync(server);
                for (var s = 0; s < Stalled; s++)
                    stalled.Add(await StalledAsync(server.Address, s));
                await Wait.UntilAsync(async () => await MembersAsync(http) == Readers, "All memberships");
            }
            var content = $"{i}|".PadRight(Bytes, 'x');
            await PushAsync(http, "#r", content);
            // The next goes out when all who read have this one: what the healthy must not do is wait for the others.
            await Task.WhenAll(healthy.Select(async client => (await TextAsync(client)).Should().Be($"#r:shop:{content}"))
                .Concat(hubs.Select(async client => (await client.ReceiveAsync()).Content.Should().Be(content))));
        }

        await Wait.UntilAsync(
            async () => (await Metrics.OfAsync(server.Address)).Where(metric => metric.Key.StartsWith("chat_connections{", StringComparison.Ordinal)).Sum(metric => metric.Value)
                == Readers - Stalled,
            "The end of the stalled");
        (await Heap.OfAsync(server)).Should().BeLessThan(before + (24 << 20), because: "what the stalled took is given back");
        foreach (var client in healthy.Concat(stalled))
            await client.DisposeAsync();
        foreach (var hub in hubs)
            await hub.DisposeAsync();
    }

    /// <summary>One that joins and then reads nothing: raw or SignalR, by turns.</summary>
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
