using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.RawWebSockets;

public sealed class OfflineTests
{
    [Fact]
    public async Task MessagesWaitForAUserWhoWasNeverSeen()
    {
        await using var server = await TestServer.StartAsync();
        var alice = await server.HubAsync("alice");
        for (var i = 0; i < 450; i++)
            await alice.SendAsync("bob", $"{i}");
        var bob = await server.RawAsync("bob");
        (await bob.ReceiveAsync(450)).Should().Equal(Enumerable.Range(0, 450).Select(i => $"alice:{i}"));
        await bob.CloseAsync();

        var again = await server.RawAsync("bob");
        await alice.SendAsync("bob", "marker");
        (await again.ReceiveAsync()).Should().Be("alice:marker", because: "the others were confirmed");
    }

    [Fact]
    public async Task PendingMessagesComeBeforeLiveOnesWithoutAGap()
    {
        await using var server = await TestServer.StartAsync();
        var (alice, bob) = (await server.HubAsync("alice"), await server.HubAsync("bob"));
        await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => alice.SendAsync("bob", $"{i}")));
        var devices = new List<Task<List<string>>>();
        for (var i = 1000; i < 2000; i++)
        {
            if (i % 250 == 0)
                devices.Add((await server.RawAsync("bob")).ReceiveUntilAsync("alice:1999"));
            await alice.SendAsync("bob", $"{i}");
        }
        await bob.SendAsync("alice", "bob writes too: his sent copy takes an offset that raw devices do not see");
        foreach (var device in devices)
        {
            var frames = (await device).Select(frame => int.Parse(frame["alice:".Length..], null)).ToList();
            frames.Should().Equal(Enumerable.Range(frames[0], 2000 - frames[0]));
        }
    }

    [Fact]
    public async Task WhatRetentionRemovedIsSaid()
    {
        await using var server = await TestServer.StartAsync(new() { ["Chat:Messaging:RetentionCount"] = "3" });
        var alice = await server.HubAsync("alice");
        for (var i = 1; i <= 5; i++)
            await alice.SendAsync("bob", $"{i}");
        var frames = await (await server.RawAsync("bob")).ReceiveAsync(4);
        frames[0].Should().StartWith("system:notice trimmed ");
        frames[1..].Should().Equal("alice:3", "alice:4", "alice:5");
    }
}
