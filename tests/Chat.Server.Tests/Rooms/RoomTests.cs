using System.Text;
using Chat.Protocol;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Rooms;

[Trait("Duration", "Long")]
public sealed class RoomTests : ServerTest
{
    [Fact]
    public async Task RawAndHubMembers_ReceiveTheSameOrder()
    {
        var (hub, raw) = (await Server.HubAsync("hanna"), await Server.RawAsync());
        await raw.SendAsync("rudi:#garden:");
        await raw.SendAsync("rudi:rudi:joined");
        (await raw.ReceiveAsync()).Should().Be("rudi:joined");
        (await hub.JoinAsync("#garden")).Room.Should().Be("#garden");

        await Task.WhenAll(Enumerable.Range(0, 50).SelectMany(i => (Task[])[hub.SendAsync("#garden", $"hanna {i}"), raw.SendAsync($"rudi:#garden:rudi: {i}")]));
        var received = await hub.ReceiveAsync(100);
        received.Select(message => message.Offset).Should().Equal(Enumerable.Range(1, 100).Select(i => (long)i));
        received.Should().OnlyContain(message => message.Stream == "#garden" && message.To == "#garden");
        (await raw.ReceiveAsync(100)).Should().Equal(received.Select(message => $"#garden:{message.From}:{message.Content}"));
        foreach (var (user, of) in (List<(string, string)>)[("hanna", "hanna "), ("rudi", "rudi: ")])
            received.Where(message => message.From == user).Select(message => message.Content).Should().Equal(Enumerable.Range(0, 50).Select(i => $"{of}{i}"));
    }

    [Fact]
    public async Task RoomReceipt_NamesTheRoomsStream()
    {
        var alice = await Server.HubAsync("alice");
        await alice.JoinAsync("#garden");
        var receipt = await alice.SendAsync("#garden", "hi", "key");
        receipt.Should().BeEquivalentTo(new { Id = "key", Stream = "#garden", Offset = 1, Duplicate = false });
        (await alice.SendAsync("#garden", "hi", "key")).Should().Be(receipt with { Duplicate = true });
        (await Server.MailboxAsync("alice")).Should().BeEmpty(because: "a room's message is stored once, in the room");
    }

    [Fact]
    public async Task JoinAndSendInOneSegment_AreAccepted()
    {
        var alice = await Server.TcpAsync();
        await alice.SendAsync(RawTcpClient.Frame("a:#r:"), RawTcpClient.Frame("a:#r:hi"), RawTcpClient.Frame("a:#r:there"));
        System.Text.Encoding.UTF8.GetString((await alice.ReceiveAsync())!.Value.Payload).Should().Be("#r:a:hi");
        System.Text.Encoding.UTF8.GetString((await alice.ReceiveAsync())!.Value.Payload).Should().Be("#r:a:there");
    }

    [Fact]
    public async Task PipelinedCalls_TakeEffectInOrder()
    {
        var alice = await Server.HubAsync("alice");
        for (var round = 0; round < 20; round++)
        {
            var room = $"#room{round}";
            var (joining, sending, reading) = (alice.JoinAsync(room), alice.SendAsync(room, "first"), alice.ReadAsync(new ReadRequest(room)));
            await Task.WhenAll(joining, sending, reading);
            (await alice.ReceiveAsync()).Should().BeEquivalentTo(new { Stream = room, Content = "first" });
            var (leaving, refused) = (alice.LeaveAsync(room), HubClient.RefusalAsync(() => alice.SendAsync(room, "second")));
            await leaving;
            (await refused).Should().Be("forbidden");
        }
    }

    [Theory]
    [InlineData("#garden")]
    [InlineData("#nowhere")]
    public async Task NonMember_CannotSendOrRead(string room)
    {
        var (member, stranger) = (await Server.HubAsync("alice"), await Server.HubAsync("mallory"));
        await member.JoinAsync("#garden");
        var position = (await member.SendAsync("#garden", "hi")).Position;
        (await HubClient.RefusalAsync(() => stranger.SendAsync(room, "hi"))).Should().Be("forbidden");
        (await HubClient.RefusalAsync(() => stranger.ReadAsync(new ReadRequest(room)))).Should().Be("forbidden");
        (await HubClient.RefusalAsync(() => stranger.ResumeAsync(room, position))).Should().Be("forbidden");
        (await HubClient.RefusalAsync(() => stranger.ConfirmAsync(room, position))).Should().Be("forbidden");
        var raw = await Server.RawAsync();
        await raw.SendAsync($"eve:{room}:hi");
        (await raw.ReceiveAsync()).Should().StartWith("system:error forbidden ");
        (await member.ReadAllAsync("#garden")).Should().ContainSingle();
    }

    [Theory]
    [InlineData("garden")]
    [InlineData("#")]
    [InlineData("# garden")]
    [InlineData("#a:b")]
    [InlineData("$garden")]
    [InlineData("#0123456789012345678901234567890123456789012345678901234567890123")]
    [InlineData(null)]
    public async Task BadRoomName_IsRefused(string? room)
    {
        var alice = await Server.HubAsync("alice");
        (await HubClient.RefusalAsync(() => alice.JoinAsync(room!))).Should().Be("bad_recipient");
        (await HubClient.RefusalAsync(() => alice.LeaveAsync(room!))).Should().Be("bad_recipient");
    }

    [Theory]
    [InlineData("#012345678901234567890123456789012345678901234567890123456789012")]
    [InlineData("#ein Zimmer 😀")]
    [InlineData("##$")]
    [InlineData("#system")]
    public async Task UnusualRoomName_IsAccepted(string room)
    {
        var alice = await Server.HubAsync("alice");
        await alice.JoinAsync(room);
        await alice.SendAsync(room, "hi");
        (await alice.ReceiveAsync()).Stream.Should().Be(room);
    }

    [Fact]
    public async Task ReturningMember_ReceivesMailboxThenRooms()
    {
        var alice = await Server.HubAsync("alice");
        var bob = await Server.HubAsync("bob");
        foreach (var room in (string[])["#b", "#a"])
        {
            await alice.JoinAsync(room);
            await alice.SendAsync(room, "before");
            await bob.JoinAsync(room);
        }
        await bob.DisposeAsync();
        for (var i = 0; i < 3; i++)
            foreach (var to in (string[])["#b", "bob", "#a"])
                await alice.SendAsync(to, $"{i}");

        var raw = await Server.RawAsync("bob");
        (await raw.ReceiveAsync(9)).Should().Equal(
            "alice:0", "alice:1", "alice:2", "#a:alice:0", "#a:alice:1", "#a:alice:2", "#b:alice:0", "#b:alice:1", "#b:alice:2");
        var resumed = (await (await Server.HubAsync("bob")).CallAsync<ResumeAnswer>("Resume", new ResumeRequest(new Dictionary<string, string?>
        {
            ["#a"] = (await alice.ReadAsync(new ReadRequest("#a"))).Messages[^2].Position,
        }))).Streams;
        resumed.Select(stream => stream.Stream).Should().Equal("bob", "#a", "#b");
        resumed[1].Messages.Select(message => message.Content).Should().Equal("2");
    }

    [Fact]
    public async Task NewMember_ReceivesNewMessagesAndCanReadOldOnes()
    {
        var alice = await Server.HubAsync("alice");
        await alice.JoinAsync("#garden");
        var receipts = new List<Receipt>();
        for (var i = 0; i < 5; i++)
            receipts.Add(await alice.SendAsync("#garden", $"{i}"));
        var bob = await Server.HubAsync("bob");
        (await bob.JoinAsync("#garden")).Head.Should().Be(receipts[^1].Position);
        var resumed = await bob.ResumeAsync("#garden");
        resumed.Messages.Should().BeEmpty();
        resumed.Confirmed.Should().Be(receipts[^1].Position);
        (await bob.ReadAsync(new ReadRequest("#garden", Limit: 2))).Messages.Select(message => message.Content).Should().Equal("3", "4");
        (await bob.ReadAsync(new ReadRequest("#garden", After: receipts[1].Position, Limit: 2))).Messages.Select(message => message.Content).Should().Equal("2", "3");
        (await bob.ReadAsync(new ReadRequest("#garden", Before: receipts[2].Position))).Messages.Select(message => message.Content).Should().Equal("0", "1");
        (await HubClient.RefusalAsync(() => bob.ReadAsync(new ReadRequest("#garden", With: "alice")))).Should().Be("bad_request");
        var raw = await Server.RawAsync("bob");
        await alice.SendAsync("#garden", "new");
        (await raw.ReceiveAsync()).Should().Be("#garden:alice:new");
    }

    [Fact]
    public async Task JoiningAgain_LosesNothing()
    {
        var alice = await Server.HubAsync("alice");
        await alice.JoinAsync("#garden");
        await (await Server.HubAsync("bob")).JoinAsync("#garden");
        await alice.SendAsync("#garden", "missed");
        var bob = await Server.RawAsync();
        await bob.SendAsync("bob:#garden:");
        (await bob.ReceiveAsync()).Should().Be("#garden:alice:missed");
        await bob.SendAsync("bob:#garden:");
        await bob.SendAsync("bob:#garden:once");
        (await bob.ReceiveAsync()).Should().Be("#garden:bob:once");
        await alice.SendAsync("bob", "and nothing else");
        (await bob.ReceiveAsync()).Should().Be("alice:and nothing else");
    }

    [Fact]
    public async Task Leave_StopsDeliveryOnEveryDevice()
    {
        var alice = await Server.HubAsync("alice");
        await alice.JoinAsync("#garden");
        var (hub, raw) = (await Server.HubAsync("bob"), await Server.RawAsync());
        await raw.SendAsync("bob:#garden:in");
        (await raw.ReceiveAsync()).Should().StartWith("system:error forbidden ");
        await raw.SendAsync("bob:#garden:");
        await raw.SendAsync("bob:#garden:in");
        (await raw.ReceiveAsync()).Should().Be("#garden:bob:in");
        (await hub.ReceiveAsync()).Content.Should().Be("in");

        (await hub.LeaveAsync("#garden")).Room.Should().Be("#garden");
        await alice.SendAsync("#garden", "not for bob");
        await alice.SendAsync("bob", "for bob");
        (await hub.ReceiveAsync()).Content.Should().Be("for bob");
        (await raw.ReceiveAsync()).Should().Be("alice:for bob");
        (await HubClient.RefusalAsync(() => hub.SendAsync("#garden", "x"))).Should().Be("forbidden");
        await hub.LeaveAsync("#garden"); // that changes nothing

        await hub.JoinAsync("#garden");
        await alice.SendAsync("#garden", "again");
        (await raw.ReceiveAsync()).Should().Be("#garden:alice:again", because: "messages sent while bob was no member are not delivered to him");
    }

    [Fact]
    public async Task Leave_DropsQueuedMessagesOfTheRoom()
    {
        const int messages = 512, bytes = 32 << 10;
        await using var server = await TestServer.StartAsync(new() { ["Chat:Limits:SendTimeout"] = "00:00:00" });
        var sender = await server.HubAsync("alice");
        await sender.JoinAsync("#r");
        var stalled = await server.TcpAsync(receiveBufferBytes: 4096);
        await stalled.SendAsync(RawTcpClient.Frame("bob:#r:"));
        var bob = await server.HubAsync("bob");
        await Wait.UntilAsync(async () => (await bob.CallAsync<ResumeAnswer>(nameof(IChatHub.Resume), new ResumeRequest(null))).Streams.Count == 2, "The membership");
        for (var i = 0; i < messages; i++)
            await sender.SendAsync("#r", new string('x', bytes));
        await bob.LeaveAsync("#r");

        await sender.SendAsync("bob", "the end");
        var received = 0;
        while (await stalled.ReceiveAsync() is { } frame && Encoding.UTF8.GetString(frame.Payload) != "alice:the end")
            received++;
        received.Should().BeLessThan(messages / 2, because: "the network holds a few megabytes, and the rest was queued");
    }

    [Fact]
    public async Task RetryAfterLeave_ReturnsTheFirstReceipt()
    {
        var alice = await Server.HubAsync("alice");
        await alice.JoinAsync("#garden");
        var receipt = await alice.SendAsync("#garden", "hi", "key");
        await alice.LeaveAsync("#garden");
        (await alice.SendAsync("#garden", "hi", "key")).Should().Be(receipt with { Duplicate = true });
        (await HubClient.RefusalAsync(() => alice.SendAsync("#garden", "hi", "other key"))).Should().Be("forbidden");
    }

    [Fact]
    public async Task Join_AppliesToEveryDevice()
    {
        var (raw, hub) = (await Server.RawAsync("bob"), await Server.HubAsync("bob"));
        await raw.SendAsync("bob:bob:here");
        await raw.ReceiveAsync();
        await hub.JoinAsync("#garden");
        await hub.SendAsync("#garden", "hi");
        (await raw.ReceiveAsync()).Should().Be("#garden:bob:hi");
    }

    [Fact]
    public async Task Resume_IsBoundedOverAllStreams()
    {
        var (alice, bob) = (await Server.HubAsync("alice"), await Server.HubAsync("bob"));
        string[] streams = ["bob", "#a", "#b", "#c"];
        foreach (var room in streams[1..])
        {
            await alice.JoinAsync(room);
            await bob.JoinAsync(room);
        }
        await bob.DisposeAsync();
        await Task.WhenAll(Enumerable.Range(0, 300).SelectMany(i => streams.Select(to => alice.SendAsync(to, $"{i}"))));
        await alice.SendAsync("#b", new string('x', 60_000));

        var again = await Server.HubAsync("bob");
        var positions = new Dictionary<string, string?>();
        var missed = streams.ToDictionary(stream => stream, _ => new List<Message>());
        for (var more = true; more;)
        {
            var answer = await again.CallAsync<ResumeAnswer>("Resume", new ResumeRequest(positions));
            answer.Streams.Should().OnlyContain(stream => stream.Recovered);
            answer.Streams.Sum(stream => stream.Messages.Count).Should().BeInRange(1, 500);
            foreach (var stream in answer.Streams.Where(stream => stream.Messages.Count > 0))
            {
                missed[stream.Stream].AddRange(stream.Messages);
                positions[stream.Stream] = stream.Messages[^1].Position;
            }
            more = answer.Streams.Any(stream => stream.More);
        }
        foreach (var stream in streams)
            missed[stream].Take(300).Select(message => message.Content).Should().Equal(Enumerable.Range(0, 300).Select(i => $"{i}"));
        missed["#b"].Should().HaveCount(301);
    }
}
