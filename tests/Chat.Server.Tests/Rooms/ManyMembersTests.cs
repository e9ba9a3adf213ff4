using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Rooms;

public sealed class ManyMembersTests
{
    [Fact]
    public async Task RoomOf1000_ReceivesEveryMessageOnceInOrder()
    {
        const int members = 1000, away = 50, messages = 50;
        await using var server = await TestServer.StartAsync();
        var expected = Enumerable.Range(0, messages).Select(i => $"{i}").ToList();
        var (hubs, raws) = (new List<HubClient>(), new List<RawClient>());
        for (var i = 0; i < members; i++)
            if (i % 2 == 0)
                hubs.Add(await HubAsync(server, $"member{i}"));
            else
                raws.Add(await RawAsync(server, $"member{i}"));
        foreach (var gone in hubs.Take(away))
            await gone.DisposeAsync();
        foreach (var gone in raws.Take(away))
            await gone.CloseAsync();

        var sender = hubs[^1];
        await Task.WhenAll(expected.Select(content => sender.SendAsync("#all", content)));
        foreach (var hub in hubs.Skip(away))
        {
            var received = await hub.ReceiveAsync(messages);
            received.Select(message => message.Content).Should().Equal(expected);
            received.Select(message => message.Offset).Should().Equal(Enumerable.Range(1, messages).Select(i => (long)i));
        }
        foreach (var raw in raws.Skip(away))
            (await raw.ReceiveAsync(messages)).Should().Equal(expected.Select(content => $"#all:member{members - 2}:{content}"));
        for (var i = 0; i < 2 * away; i++)
            if (i % 2 == 0)
                (await (await server.HubAsync($"member{i}")).ResumeAsync("#all")).Messages.Select(message => message.Content).Should().Equal(expected);
            else
                (await (await server.RawAsync($"member{i}")).ReceiveAsync(messages)).Should().Equal(expected.Select(content => $"#all:member{members - 2}:{content}"));
        await sender.SendAsync("#all", "the end");
        foreach (var hub in hubs.Skip(away))
            (await hub.ReceiveAsync()).Content.Should().Be("the end", because: "nothing was repeated");
    }

    private static async Task<HubClient> HubAsync(TestServer server, string user)
    {
        var hub = await server.HubAsync(user);
        await hub.JoinAsync("#all");
        return hub;
    }

    private static async Task<RawClient> RawAsync(TestServer server, string user)
    {
        var raw = await server.RawAsync();
        await raw.SendAsync($"{user}:#all:");
        await raw.SendAsync($"{user}:{user}:joined");
        await raw.ReceiveAsync();
        return raw;
    }
}
