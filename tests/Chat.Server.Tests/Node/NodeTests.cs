using System.Text.Json;
using System.Text.Json.Nodes;
using Chat.Server.Tests.Running;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Server.Tests.Node;

/// <summary>Clients from npm, in Node.js.</summary>
[Trait("Duration", "Long")]
public sealed class NodeTests : IClassFixture<NodePackages>
{
    [Fact]
    public async Task NpmClients_TalkToEachOther()
    {
        await using var server = await TestServer.StartAsync();
        await using var program = NodeProgram.Start("talk.mjs", server.Address);
        var result = await program.ResultAsync();
        Texts(result["received"]!).Should().Equal("hub>raw:one", "hub>raw:two", "raw>hub:hi: there 😀");
        Texts(result["frames"]!).Should().Equal("hub:one", "hub:two");
        ((bool?)result["receipt"]!["duplicate"]).Should().BeFalse();
        ((bool?)result["again"]!["duplicate"]).Should().BeTrue();
        ((int?)result["resumed"]).Should().Be(3);
        ((int?)result["code"]).Should().BeOneOf(1000, 1005);
    }

    [Fact]
    public async Task KilledServer_StockClientReconnectsAndResumes()
    {
        await using var server = new ServerProcess();
        await server.StartAsync();
        await using var program = NodeProgram.Start("resume.mjs", server.Address);
        await program.LineAsync("connected");
        for (var run = 0; run < 3; run++)
        {
            await using (var alice = await HubClient.ConnectAsync(server.Address, "alice"))
                await Task.WhenAll(Enumerable.Range(run * 100, 100).Select(i => alice.SendAsync("bob", $"{i}")));
            server.Kill();
            await program.LineAsync("lost");
            await server.StartAsync();
            // The client must resume this message: the server stores it before the client reconnects.
            await using (var alice = await HubClient.ConnectAsync(server.Address, "alice"))
                await alice.SendAsync("bob", $"missed {run}");
            await program.WriteLineAsync("reconnect");
            await program.LineAsync("reconnected");
        }
        await using (var alice = await HubClient.ConnectAsync(server.Address, "alice"))
            await alice.SendAsync("bob", "end");
        var result = await program.ResultAsync();
        Texts(result["contents"]!).Should().Equal(
            [.. Enumerable.Range(0, 3).SelectMany(run => Enumerable.Range(run * 100, 100).Select(i => $"{i}").Append($"missed {run}")), "end"]);
        ((int?)result["resumed"]).Should().BeGreaterThanOrEqualTo(3);
    }

    [Fact]
    public async Task MessagePack_HasTheShapeOfJson()
    {
        await using var server = await TestServer.StartAsync(new() { ["Chat:Hub:MessagePack"] = "true" });
        var publisher = server.Services.GetRequiredService<IChatPublisher>();
        await publisher.PublishAsync("$x", JsonElement.Parse("""{"today":5,"by":["ä",null,1.5]}"""));
        await using var program = NodeProgram.Start("messagepack.mjs", server.Address);
        var running = program.ResultAsync();
        while (!running.IsCompleted)
        {
            await publisher.PublishAsync("$x", JsonElement.Parse("""{"today":5,"by":["ä",null,1.5]}"""));
            await Task.WhenAny(running, Task.Delay(100));
        }
        var result = await running;
        foreach (var kind in (string[])["message", "read", "resume", "confirm", "duplicate", "join", "leave", "nothing", "subscribe", "value", "unsubscribe"])
            JsonNode.DeepEquals(result["messagepack"]![kind], result["json"]![kind]).Should().BeTrue(because: $"{kind}: {result}");
        ((string?)result["json"]!["message"]!["content"]).Should().Be("hi: 😀\n");
        ((string?)result["messagepack"]!["refusal"]).Should().Contain("HubException: bad_recipient: ");
        ((string?)result["messagepack"]!["malformed"]).Should().Contain("HubException: bad_request: ");
        ((string?)result["messagepack"]!["unknown"]).Should().Contain("HubException: bad_request: ");
    }

    private static IEnumerable<string?> Texts(JsonNode array) => array.AsArray().Select(text => (string?)text);
}
