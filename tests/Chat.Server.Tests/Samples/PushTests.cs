using System.Diagnostics;
using Chat.Server.Tests.Push;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Samples;

/// <summary>Runs samples/push and reads what its user receives.</summary>
public sealed class PushTests
{
    [Fact]
    public async Task PushSample_SendsEachOrderOnceOverAKill()
    {
        await using var server = new ServerProcess(Keys.Settings(("k", "shop", ["push", "topics"])));
        await server.StartAsync();
        using var shop = Process.Start(new ProcessStartInfo("dotnet", [Repository.Program("samples/push", program: "Push"), "k", "alice", server.Address.ToString()]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        try
        {
            shop.BeginOutputReadLine();
            shop.BeginErrorReadLine();
            await using (var alice = await HubClient.ConnectAsync(server.Address, "alice", log: () => server.Output))
            {
                await alice.SubscribeAsync("$stats.sales");
                var first = await alice.ReceiveValueAsync();
                (await alice.ReceiveValueAsync()).Value.GetProperty("today").GetInt32().Should().BeGreaterThan(first.Value.GetProperty("today").GetInt32());
                await Wait.UntilAsync(async () => (await alice.ReadAllAsync("alice")).Count == 1, "The first order");
            }
            server.Kill();
            await server.StartAsync();
            await using var again = await HubClient.ConnectAsync(server.Address, "alice", log: () => server.Output);
            await again.SubscribeAsync("$stats.sales");
            await again.ReceiveValueAsync();
            (await again.ReadAllAsync("alice")).Should().OnlyHaveUniqueItems(message => message.Content).And.OnlyContain(message => message.From == "shop");
        }
        finally
        {
            shop.Kill();
            await shop.WaitForExitAsync();
        }
    }
}
