using Chat.Protocol;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Conversations;

/// <summary>Read marks: shared by all devices, forward only and durable.</summary>
public sealed class MarkReadTests() : ServerTest
{
    [Fact]
    public async Task MarkRead_AppliesToEveryDevice()
    {
        var (phone, laptop, bob) = (await Server.HubAsync("alice"), await Server.HubAsync("alice"), await Server.HubAsync("bob"));
        var raw = await Server.RawAsync(query: "?userid=alice");
        await bob.SendAsync("alice", "one");
        await bob.SendAsync("alice", "two");
        await bob.SendAsync("alice", "three");
        var received = await phone.ReceiveAsync(3);
        (await phone.MarkReadAsync("bob", received[1].Position)).Read.Should().Be(received[1].Position);
        (await laptop.ReceiveReadAsync()).Should().Be(new ReadMark("bob", null, received[1].Position));
        await UnreadAsync(laptop, "bob", 1, received[1].Position);

        (await laptop.MarkReadAsync("bob", received[0].Position)).Read.Should().Be(received[1].Position, because: "a mark never moves back");
        await laptop.MarkReadAsync("bob", received[2].Position);
        (await phone.ReceiveReadAsync()).Position.Should().Be(received[2].Position, because: "a device is sent neither unmoved marks nor its own");
        await UnreadAsync(phone, "bob", 0, received[2].Position);
        (await raw.ReceiveAsync(3)).Should().Equal("bob:one", "bob:two", "bob:three");
        await bob.SendAsync("alice", "four");
        (await raw.ReceiveAsync()).Should().Be("bob:four", because: "raw clients receive no read marks");
        await UnreadAsync(phone, "bob", 1, received[2].Position);
    }

    [Fact]
    public async Task UnreadCountOfARoom_StartsAtTheJoin()
    {
        var (alice, bob) = (await Server.HubAsync("alice"), await Server.HubAsync("bob"));
        await bob.JoinAsync("#garden");
        await bob.SendAsync("#garden", "before alice came");
        var head = (await alice.JoinAsync("#garden")).Head;
        await UnreadAsync(alice, "#garden", 0, head);
        await alice.SendAsync("#garden", "hello");
        await bob.SendAsync("#garden", "welcome");
        await alice.SendAsync("#garden", "thank you");
        await UnreadAsync(alice, "#garden", 1, head);
        var other = await Server.HubAsync("alice");
        var newest = (await alice.ReceiveAsync(3))[^1].Position;
        (await alice.MarkReadAsync("#garden", newest)).Read.Should().Be(newest);
        (await other.ReceiveReadAsync()).Should().Be(new ReadMark(null, "#garden", newest));
        await UnreadAsync(alice, "#garden", 0, newest);

        await alice.LeaveAsync("#garden");
        await bob.SendAsync("#garden", "while she was away");
        (await HubClient.RefusalAsync(() => alice.MarkReadAsync("#garden", newest))).Should().Be("forbidden");
        (await alice.ConversationsAsync()).Conversations.Should().BeEmpty();
        await UnreadAsync(alice, "#garden", 0, (await alice.JoinAsync("#garden")).Head);
    }

    [Fact]
    public async Task InvalidRequest_IsRefused()
    {
        var (alice, bob) = (await Server.HubAsync("alice"), await Server.HubAsync("bob"));
        var epoch = (await bob.JoinAsync("#elsewhere")).Head.Split('.')[0];
        await bob.SendAsync("alice", "hi");
        var good = $"{epoch}.1";
        foreach (var request in (MarkReadRequest[])
        [
            new("bob", null, null), new("bob", null, "x"), new("bob", null, $"{epoch}.2"), new("bob", null, "other.1"), new(null, null, good),
            new("bob", "#elsewhere", good), new("#elsewhere", null, good), new(null, "bob", good), new("", null, good),
        ])
            (await HubClient.RefusalAsync(() => alice.CallAsync<MarkReadAnswer>(nameof(IChatHub.MarkRead), request))).Should().Be("bad_request", because: request.ToString());
        foreach (var room in (string[])["#elsewhere", "#nowhere"])
            (await HubClient.RefusalAsync(() => alice.MarkReadAsync(room, $"{epoch}.0"))).Should().Be("forbidden");
        (await alice.MarkReadAsync("nobody", good)).Read.Should().Be($"{epoch}.0", because: "there is nothing to read");
        await UnreadAsync(alice, "bob", 1, $"{epoch}.0");
    }

    [Fact]
    public async Task MarkRead_CountsAgainstTheSendRate()
    {
        await using var server = await TestServer.StartAsync(new() { ["Chat:Limits:SendsPerSecond"] = "1", ["Chat:Limits:SendBurst"] = "5" });
        var alice = await server.HubAsync("alice");
        var position = (await alice.SendAsync("bob", "hi")).Position;
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 40).Select(async _ =>
        {
            try
            {
                return (await alice.MarkReadAsync("bob", position)).Read;
            }
            catch (Microsoft.AspNetCore.SignalR.HubException e)
            {
                return ChatError.FromHubError(e.Message)?.Error.Code;
            }
        }));
        outcomes.Should().Contain("rate_limited").And.Contain(position);
    }

    [Fact]
    public async Task MarkRead_IsDurableWhenAnswered()
    {
        await using var server = new ServerProcess();
        await server.StartAsync();
        string read;
        await using (var alice = await HubClient.ConnectAsync(server.Address, "alice"))
        await using (var bob = await HubClient.ConnectAsync(server.Address, "bob"))
        {
            await alice.JoinAsync("#garden");
            await bob.JoinAsync("#garden");
            foreach (var to in (string[])["alice", "alice", "#garden", "alice", "#garden"])
                await bob.SendAsync(to, "hi");
            read = (await alice.ReceiveAsync())!.Position;
            await alice.MarkReadAsync("#garden", $"{read.Split('.')[0]}.1");
            (await alice.MarkReadAsync("bob", read)).Read.Should().Be(read);
            server.Kill();
        }
        await server.StartAsync();
        await using var again = await HubClient.ConnectAsync(server.Address, "alice");
        await UnreadAsync(again, "bob", 2, read);
        await UnreadAsync(again, "#garden", 1, $"{read.Split('.')[0]}.1");
    }

    private static async Task UnreadAsync(HubClient client, string conversation, long unread, string read) =>
        (await client.ConversationsAsync()).Conversations.Single(c => (c.With ?? c.Room) == conversation).Should().BeEquivalentTo(new { Unread = unread, Read = read });
}
