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

    private static Task<RawClient[]> ConnectAllAsync(Uri server) =>
        Task.WhenAll(Enumerable.Range(0, Users).Select(i => UntilTakenAsync<RawClient, WebSocketException>(() => RawClient.ConnectAsync(server, $"?userid=user{i}"))));

    private static async Task PushToAllAsync(HttpClient http, string content)
    {
        for (var first = 0; first < Users; first += BatchOf)
        {
            var messages = Enumerable.Range(first, BatchOf).Select(i => new { to = $"user{i}", content, id = $"{content}-{i}" });
            var batch = JsonSerializer.Serialize(new { messages });
            // Without an answer a back end sends it again, with the same ids.
            using var answer = await UntilTakenAsync<HttpResponseMessage, HttpRequestException>(() => http.PostAsync("/api/v1/messages/batch", new StringContent(batch)));
            answer.EnsureSuccessStatusCode();
        }
    }

    /// <summary>Tries again, as any client does that could not be taken at once.</summary>
    private static async Task<T> UntilTakenAsync<T, TLost>(Func<Task<T>> call)
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
