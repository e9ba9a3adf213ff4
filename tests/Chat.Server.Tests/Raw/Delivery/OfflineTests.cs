using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Raw.Delivery;

[Trait("Duration", "Long")]
public sealed class OfflineTests
{
    [Fact]
    public async Task MessagesToANewUser_AreDeliveredOnConnect()
    {
        await using var server = await TestServer.StartAsync();
        var alice = await server.HubAsync("alice");
        await Task.WhenAll(Enumerable.Range(0, 450).Select(i => alice.SendAsync("bob", $"{i}")));
        var bob = await server.RawAsync("bob");
        (await bob.ReceiveAsync(450)).Should().Equal(Enumerable.Range(0, 450).Select(i => $"alice:{i}"));
        await ConfirmedAsync(server, 450);
        await bob.CloseAsync();

        var again = await server.RawAsync("bob");
        await alice.SendAsync("bob", "marker");
        (await again.ReceiveAsync()).Should().Be("alice:marker", because: "the others were confirmed");
    }

    [Fact]
    public async Task MessagesToAnOfflineUser_AreDeliveredOnConnect()
    {
        await using var server = await TestServer.StartAsync();
        var alice = await server.RawAsync("alice");
        for (var round = 0; round < 3; round++)
        {
            await alice.SendAsync($"alice:bob:away {round}");
            var bob = await server.RawAsync("bob");
            (await bob.ReceiveAsync()).Should().Be($"alice:away {round}");
            await alice.SendAsync($"alice:bob:here {round}");
            (await bob.ReceiveAsync()).Should().Be($"alice:here {round}");
            await ConfirmedAsync(server, 2 * (round + 1));
            await bob.CloseAsync();
        }
    }

    [Fact]
    public async Task PendingMessages_ComeBeforeLiveOnes_WithoutAGap()
    {
        const int pending = 2000, all = 4000;
        // Without this, a busy machine would end the hub connections as slow: they are sent more than 1 MiB at once.
        await using var server = await TestServer.StartAsync(new() { ["Chat:Limits:MaxQueuedBytes"] = "0" });
        var (alice, bob) = (await server.HubAsync("alice"), await server.HubAsync("bob"));
        await Task.WhenAll(Enumerable.Range(0, pending).Select(i => alice.SendAsync("bob", $"{i}")));

        // Bob writes too: his sent copies take offsets that his raw devices do not get.
        var sending = Task.WhenAll(
            Enumerable.Range(pending, all - pending).SelectMany(i => (Task[])[alice.SendAsync("bob", $"{i}"), bob.SendAsync("carol", "x")]));
        var device = await server.RawAsync("bob");
        (await device.ReceiveAsync()).Should().Be("alice:0");
        var first = device.ReceiveUntilAsync("alice:end");
        // These devices do not get what the others have confirmed. That may be all but their own message.
        var later = await Task.WhenAll(Enumerable.Range(0, 5).Select(async i =>
        {
            var device = await server.RawAsync("bob");
            await device.SendAsync($"bob:bob:{i} is here");
            var before = await device.ReceiveUntilAsync($"bob:{i} is here");
            return (Before: before, After: device.ReceiveUntilAsync("alice:end"));
        }));
        await sending;
        await alice.SendAsync("bob", "end");

        OfAlice(await first).Should().Equal(Enumerable.Range(1, all - 1).Select(i => $"alice:{i}"));
        foreach (var (before, after) in later)
        {
            var frames = OfAlice([.. before, .. await after]).ToList();
            frames.Should().Equal(Enumerable.Range(all - frames.Count, frames.Count).Select(i => $"alice:{i}"));
        }

        static IEnumerable<string> OfAlice(IEnumerable<string> frames) =>
            frames.Where(frame => frame.StartsWith("alice:", StringComparison.Ordinal) && frame != "alice:end");
    }

    [Fact]
    public async Task TrimmedNotice_ComesFirst()
    {
        await using var server = await TestServer.StartAsync(new() { ["Chat:Messaging:RetentionCount"] = "3" });
        var alice = await server.HubAsync("alice");
        for (var i = 1; i <= 5; i++)
            await alice.SendAsync("bob", $"{i}");
        var bob = await server.RawAsync("bob");
        var frames = await bob.ReceiveAsync(4);
        frames[0].Should().MatchRegex("^system:notice trimmed .");
        frames[1..].Should().Equal("alice:3", "alice:4", "alice:5");
        await ConfirmedAsync(server, 5);
        await bob.CloseAsync();

        for (var i = 6; i <= 8; i++)
            await alice.SendAsync("bob", $"{i}");
        (await (await server.RawAsync("bob")).ReceiveAsync(3)).Should().Equal(["alice:6", "alice:7", "alice:8"], because: "nothing unconfirmed was removed");
    }

    [Fact]
    public async Task TrimmedSentCopies_CauseNoNotice()
    {
        await using var server = await TestServer.StartAsync(new() { ["Chat:Messaging:RetentionCount"] = "3" });
        var bob = await server.RawAsync("bob");
        await bob.SendAsync("bob:bob:is live");
        await bob.ReceiveAsync();
        for (var i = 2; i <= 10; i++)
            await bob.SendAsync($"bob:carol:{i}");
        await bob.SendAsync("bob:bob:11");
        (await bob.ReceiveAsync()).Should().Be("bob:11");
        await bob.SendAsync("bob:carol:12");
        await ConfirmedAsync(server, 12);
        await bob.CloseAsync();

        var again = await server.RawAsync("bob");
        await again.SendAsync("bob:bob:13");
        (await again.ReceiveAsync()).Should().Be("bob:13", because: "only sent copies were removed, and they were confirmed");
    }

    [Fact]
    public async Task TrimmedNotice_ComesOnce()
    {
        await using var server = await TestServer.StartAsync(new() { ["Chat:Messaging:RetentionCount"] = "3" });
        var bobsHub = await server.HubAsync("bob");
        for (var i = 1; i <= 5; i++)
            await bobsHub.SendAsync("carol", $"{i}");
        var bob = await server.RawAsync("bob");
        (await bob.ReceiveAsync()).Should().StartWith("system:notice trimmed ");
        await bob.SendAsync("bob:bob:6");
        (await bob.ReceiveAsync()).Should().Be("bob:6");
        await ConfirmedAsync(server, 6);
        await bob.CloseAsync();

        var again = await server.RawAsync("bob");
        await again.SendAsync("bob:bob:7");
        (await again.ReceiveAsync()).Should().Be("bob:7");
    }

    [Fact]
    public async Task CleanShutdown_RepeatsNothing()
    {
        await using var server = new ServerProcess();
        await server.StartAsync();
        await using (var alice = await HubClient.ConnectAsync(server.Address, "alice"))
            await Task.WhenAll(Enumerable.Range(0, 300).Select(i => alice.SendAsync("bob", $"{i}")));
        await using (var bob = await RawClient.ConnectAsync(server.Address, "?userid=bob"))
        {
            await bob.ReceiveAsync(300);
            var closed = bob.ReceiveCloseAsync();
            (await server.TerminateAsync()).Should().Be(0);
            (await closed).Should().Be(1001);
        }
        await server.StartAsync();
        await using var again = await RawClient.ConnectAsync(server.Address, "?userid=bob");
        await again.SendAsync("bob:bob:marker");
        (await again.ReceiveAsync()).Should().Be("bob:marker");
    }

    private static async Task ConfirmedAsync(TestServer server, long offset)
    {
        var hub = await server.HubAsync("bob");
        await Wait.UntilAsync(
            async () => (await hub.ResumeAsync("bob")).Confirmed.EndsWith($".{offset}", StringComparison.Ordinal), $"Offset {offset} confirmed");
    }
}
