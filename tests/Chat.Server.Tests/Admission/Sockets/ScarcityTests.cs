using System.Net.Sockets;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Admission.Sockets;

/// <summary>When the machine lacks files or threads, existing connections continue.</summary>
public sealed class ScarcityTests
{
    [Fact]
    public async Task OpenFileLimit_LeavesExistingConnectionsWorking()
    {
        await using var server = new ServerProcess(launcher: ["prlimit", "--nofile=1000"]);
        await server.StartAsync();
        await using var alice = await HubClient.ConnectAsync(server.Address, "alice");
        await using var bob = await RawClient.ConnectAsync(server.Address, "?userid=bob");
        var crowd = new List<TcpClient>();
        var mostFiles = 0;
        for (var i = 0; i < 2000; i++)
        {
            crowd.Add(new TcpClient());
            await crowd[^1].ConnectAsync(server.Address.Host, server.Address.Port); // the connection may stay in the listen queue
            if (i % 10 == 0)
                mostFiles = Math.Max(mostFiles, Directory.GetFiles($"/proc/{server.Id}/fd").Length);
        }
        mostFiles.Should().BeLessThan(750, because: "the server has 300 files of its own and 363 sockets, each counted when it is accepted");
        for (var i = 0; i < 100; i++)
        {
            await alice.SendAsync("bob", $"{i}");
            (await bob.ReceiveAsync()).Should().Be($"alice:{i}");
        }
        server.Output.Should().Contain("Raise the open-file limit");
        crowd.ForEach(client => client.Dispose());
        await using var carol = await HubClient.ConnectAsync(server.Address, "carol");
        await carol.SendAsync("bob", "room again");
        (await bob.ReceiveAsync()).Should().Be("carol:room again");
    }

    [Fact]
    public async Task TwoThreads_ServeManyConnections()
    {
        // A thread that blocked on another would be one of the two.
        await using var server = new ServerProcess(new() { ["DOTNET_ThreadPool_ForceMinWorkerThreads"] = "2", ["DOTNET_ThreadPool_ForceMaxWorkerThreads"] = "2" });
        await server.StartAsync();
        var clients = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => HubClient.ConnectAsync(server.Address, $"u{i}")));
        await Task.WhenAll(clients.Select((client, i) => client.SendAsync($"u{(i + 1) % clients.Length}", $"from {i}")));
        for (var i = 0; i < clients.Length; i++)
        {
            var received = clients[(i + 1) % clients.Length];
            new[] { await received.ReceiveAsync(), await received.ReceiveAsync() }.Select(message => message.Content)
                .Should().BeEquivalentTo([$"from {i}", $"from {(i + 1) % clients.Length}"], because: "devices also receive the messages that their user sends");
        }
        await Task.WhenAll(clients.Select(async client => await client.DisposeAsync()));
    }
}
