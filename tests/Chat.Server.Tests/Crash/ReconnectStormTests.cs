using System.Net.WebSockets;
using System.Text.Json;
using Chat.Server.Tests.Push;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Crash;

public sealed class ReconnectStormTests
{
    private const int Users = 5000, BatchOf = 1000, Attempts = 100;

    [Fact]
    public async Task FiveThousandComeBackAtOnceAfterAKillAndEachHasEverything()
    {
        await using var server = new ServerProcess(Keys.Settings(("k", "shop", ["push"])));
        await server.StartAsync();
        using (var http = Keys.Client(server.Address, "k"))
            await PushToAllAsync(http, "before");
        var clients = await ConnectAllAsync(server.Address);
        (await Task.WhenAll(clients.Select(client => client.ReceiveAsync()))).Should().AllBe("shop:before");

        server.Kill();
        await Task.WhenAll(clients.Select(async client => await client.DisposeAsync()));
        await server.StartAsync();
        using (var http = Keys.Client(server.Address, "k"))
        {
            var connecting = ConnectAllAsync(server.Address);
            await PushToAllAsync(http, "after");
            clients = await connecting;
        }
        // What was confirmed in the last second before a kill may come again; nothing is left out.
        var received = await Task.WhenAll(clients.Select(client => client.ReceiveUntilAsync("shop:after")));
        received.Should().AllSatisfy(frames => frames.Should().BeSubsetOf(["shop:before", "shop:after"]));
        await Task.WhenAll(clients.Select(async client => await client.DisposeAsync()));
    }

    private static Task<RawClient[]> ConnectAllAsync(Uri server) => Task.WhenAll(Enumerable.Range(0, Users).Select(async i =>
    {
        for (var attempt = 1; ; attempt++)
            try
            {
                return await RawClient.ConnectAsync(server, $"?userid=user{i}");
            }
            catch (WebSocketException) when (attempt < Attempts)
            {
                await Task.Delay(Random.Shared.Next(100, 1000)); // as any client does that could not be taken at once
            }
    }));

    private static async Task PushToAllAsync(HttpClient http, string content)
    {
        for (var first = 0; first < Users; first += BatchOf)
        {
            var messages = Enumerable.Range(first, BatchOf).Select(i => new { to = $"user{i}", content, id = $"{content}-{i}" });
            await PushAsync(http, JsonSerializer.Serialize(new { messages }));
        }
    }

    private static async Task PushAsync(HttpClient http, string batch)
    {
        for (var attempt = 1; ; attempt++)
            try
            {
                using var answer = await http.PostAsync("/api/v1/messages/batch", new StringContent(batch));
                answer.EnsureSuccessStatusCode();
                return;
            }
            catch (HttpRequestException e) when (e.StatusCode is null && attempt < Attempts)
            {
                await Task.Delay(Random.Shared.Next(100, 1000)); // no answer: a back end sends it again, with the same ids
            }
    }
}
