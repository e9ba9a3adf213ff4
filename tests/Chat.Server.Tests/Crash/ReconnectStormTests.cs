using System.Net.WebSockets;
using System.Text.Json;
using Chat.Server.Tests.Push;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Crash;

[Trait("Duration", "Long")]
[Collection(HeavyLoad.Name)]
public sealed class ReconnectStormTests
{
    private const int Users = 5000, BatchOf = 1000, Attempts = 100;

    [Fact]
    public async Task FiveThousandReconnectsAfterAKill_LoseNothing()
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
        // Messages confirmed in the last second before a kill may come again; none is missing.
        var received = await Task.WhenAll(clients.Select(client => client.ReceiveUntilAsync("shop:after")));
        received.Should().AllSatisfy(frames => frames.Should().BeSubsetOf(["shop:before", "shop:after"]));
        await Task.WhenAll(clients.Select(async client => await client.DisposeAsync()));
    }

    private static Task<RawClient[]> ConnectAllAsync(Uri server) =>
        Task.WhenAll(Enumerable.Range(0, Users).Select(i => UntilAcceptedAsync<RawClient, WebSocketException>(() => RawClient.ConnectAsync(server, $"?userid=user{i}"))));

    private static async Task PushToAllAsync(HttpClient http, string content)
    {
        for (var first = 0; first < Users; first += BatchOf)
        {
            var messages = Enumerable.Range(first, BatchOf).Select(i => new { to = $"user{i}", content, id = $"{content}-{i}" });
            var batch = JsonSerializer.Serialize(new { messages });
            // A back end without an answer sends the batch again, with the same ids.
            using var answer = await UntilAcceptedAsync<HttpResponseMessage, HttpRequestException>(() => http.PostAsync("/api/v1/messages/batch", new StringContent(batch)));
            answer.EnsureSuccessStatusCode();
        }
    }

    /// <summary>Retries, as any client does that was not accepted at once.</summary>
    private static async Task<T> UntilAcceptedAsync<T, TLost>(Func<Task<T>> call)
        where TLost : Exception
    {
        for (var attempt = 1; ; attempt++)
            try
            {
                return await call();
            }
            catch (TLost) when (attempt < Attempts)
            {
                await Task.Delay(Random.Shared.Next(100, 1000));
            }
    }
}
