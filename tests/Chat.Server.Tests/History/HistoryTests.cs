using Chat.Protocol;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.History;

public sealed class HistoryTests : IAsyncLifetime
{
    private TestServer server = null!;
    private HubClient alice = null!, bob = null!;

    public async Task InitializeAsync()
    {
        server = await TestServer.StartAsync(new() { ["Chat:Messaging:RetentionCount"] = "1200" });
        (alice, bob) = (await server.HubAsync("alice"), await server.HubAsync("bob"));
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Resume_ReturnsMessagesAfterThePosition()
    {
        await FillAsync(10);
        var fourth = (await bob.ReceiveAsync(4))[3];
        var resumed = await bob.ResumeAsync("bob", fourth.Position);
        resumed.Should().BeEquivalentTo(new { Recovered = true, More = false, Reason = (string?)null });
        resumed.Messages.Select(m => m.Offset).Should().Equal(5, 6, 7, 8, 9, 10);
        resumed.Head.Should().Be(resumed.Messages[^1].Position);
    }

    [Fact]
    public async Task ResumeWithoutPosition_StartsAtTheConfirmedOne()
    {
        await FillAsync(5);
        (await bob.ResumeAsync("bob")).Messages.Should().HaveCount(5);
        var third = (await bob.ReceiveAsync(3))[2];
        (await bob.ConfirmAsync("bob", third.Position)).Position.Should().Be(third.Position);
        var resumed = await bob.ResumeAsync("bob");
        resumed.Messages.Select(m => m.Offset).Should().Equal(4, 5);
        resumed.Confirmed.Should().Be(third.Position);
    }

    [Fact]
    public async Task Confirm_NeverMovesBack()
    {
        await FillAsync(3);
        var positions = (await bob.ReceiveAsync(3)).Select(m => m.Position).ToList();
        await bob.ConfirmAsync("bob", positions[1]);
        (await bob.ConfirmAsync("bob", positions[0])).Position.Should().Be(positions[1]);
        (await (await server.RawAsync("bob")).ReceiveAsync()).Should().Be("alice:3");
    }

    [Fact]
    public async Task ResumeFromUnknownPosition_IsNotRecovered()
    {
        await FillAsync(3);
        var last = (await bob.ReceiveAsync(3))[2];
        foreach (var position in (string[])["zzz.2", last.Position[..^1] + "4"])
        {
            var resumed = await bob.ResumeAsync("bob", position);
            resumed.Should().BeEquivalentTo(new { Recovered = false, Reason = "epoch_changed" });
            resumed.Messages.Select(m => m.Offset).Should().Equal(1, 2, 3);
        }
    }

    [Fact]
    public async Task ResumeFromTrimmedPosition_IsNotRecovered()
    {
        await FillAsync(1203);
        var epoch = (await bob.ReceiveAsync()).Position.Split('.')[0];
        var resumed = await bob.ResumeAsync("bob", $"{epoch}.2");
        resumed.Should().BeEquivalentTo(new { Recovered = false, Reason = "trimmed", More = true });
        resumed.Messages[0].Offset.Should().Be(4);
        (await bob.ResumeAsync("bob", $"{epoch}.3")).Recovered.Should().BeTrue();
        (await bob.ResumeAsync("bob")).Should().BeEquivalentTo(new { Recovered = false, Reason = "trimmed" }, because: "nothing was confirmed");
    }

    [Fact]
    public async Task Resume_ReturnsAtMost500MessagesAtATime()
    {
        await FillAsync(1100);
        var (offsets, position) = (new List<long>(), (string?)null);
        ResumedStream resumed;
        do
        {
            resumed = await bob.ResumeAsync("bob", position);
            resumed.Messages.Count.Should().BeLessThanOrEqualTo(500);
            resumed.Recovered.Should().BeTrue();
            offsets.AddRange(resumed.Messages.Select(m => m.Offset));
            position = resumed.Messages[^1].Position;
        }
        while (resumed.More);
        offsets.Should().Equal(Enumerable.Range(1, 1100).Select(i => (long)i));
    }

    [Fact]
    public async Task Resume_ReturnsAtMost512KiB()
    {
        var content = new string('\u0001', 60_000); // six times as long in JSON
        for (var i = 0; i < 3; i++)
            await alice.SendAsync("bob", content);
        var resumed = await bob.ResumeAsync("bob");
        resumed.Messages.Should().ContainSingle();
        resumed.More.Should().BeTrue();
    }

    [Fact]
    public async Task Read_PagesInBothDirections()
    {
        await FillAsync(100);
        var newest = await bob.ReadAsync(new("bob"));
        newest.Messages.Select(m => m.Offset).Should().Equal(Enumerable.Range(51, 50).Select(i => (long)i));
        newest.More.Should().BeTrue();
        var before = await bob.ReadAsync(new("bob", Before: newest.Messages[0].Position, Limit: 60));
        before.Messages.Select(m => m.Offset).Should().Equal(Enumerable.Range(1, 50).Select(i => (long)i));
        before.More.Should().BeFalse();
        var after = await bob.ReadAsync(new("bob", After: newest.Messages[0].Position, Limit: 3));
        after.Messages.Select(m => m.Offset).Should().Equal(52, 53, 54);
        after.More.Should().BeTrue();
    }

    [Fact]
    public async Task Read_ReturnsEarlierSendsOfTheConnection()
    {
        Task<Receipt> sending;
        Task<ReadAnswer> reading;
        Task<ResumedStream> resuming;
        await using (await HeldLog.OfAsync(server))
        {
            (sending, reading, resuming) = (bob.SendAsync("alice", "1"), bob.ReadAsync(new("bob")), bob.ResumeAsync("bob"));
            (await alice.ReadAsync(new("alice"))).Messages.Should().BeEmpty(because: "other connections do not wait");
        }
        var position = (await sending).Position;
        (await reading).Messages.Select(m => m.Position).Should().Equal(position);
        (await resuming).Messages.Select(m => m.Position).Should().Equal(position);
    }

    [Fact]
    public async Task ReadWith_ReturnsOneConversation()
    {
        var carol = await server.HubAsync("carol");
        await alice.SendAsync("bob", "1");
        await carol.SendAsync("bob", "2");
        await bob.SendAsync("alice", "3");
        await bob.SendAsync("carol", "4");
        (await bob.ReadAsync(new("bob", With: "alice"))).Messages.Select(m => m.Content).Should().Equal("1", "3");
        (await bob.ReadAsync(new("bob", With: "carol", Limit: 1))).Messages.Select(m => m.Content).Should().Equal("4");
    }

    [Fact]
    public async Task MalformedOrForeignArguments_AreRefused()
    {
        await FillAsync(1);
        var position = (await bob.ReceiveAsync()).Position;
        (await HubClient.RefusalAsync(() => bob.ResumeAsync("alice", position))).Should().Be("forbidden");
        (await HubClient.RefusalAsync(() => bob.ResumeAsync("bob", "nonsense"))).Should().Be("bad_request");
        (await HubClient.RefusalAsync(() => bob.ReadAsync(new("alice")))).Should().Be("forbidden");
        (await HubClient.RefusalAsync(() => bob.ReadAsync(new("nobody")))).Should().Be("forbidden");
        (await HubClient.RefusalAsync(() => bob.ReadAsync(new(null)))).Should().Be("bad_request");
        (await HubClient.RefusalAsync(() => bob.ReadAsync(new("bob", position, position)))).Should().Be("bad_request");
        foreach (var limit in (int[])[0, -1, 501])
            (await HubClient.RefusalAsync(() => bob.ReadAsync(new("bob", Limit: limit)))).Should().Be("bad_request");
        (await HubClient.RefusalAsync(() => bob.ConfirmAsync("alice", position))).Should().Be("forbidden");
        (await HubClient.RefusalAsync(() => bob.ConfirmAsync("bob", position + "0"))).Should().Be("bad_request");
    }

    [Fact]
    public async Task ReadWithOneself_ReturnsNotesToOneself()
    {
        await bob.SendAsync("alice", "to alice");
        await bob.SendAsync("bob", "note 1");
        await alice.SendAsync("bob", "from alice");
        await bob.SendAsync("bob", "note 2");
        (await bob.ReadAsync(new("bob", With: "bob"))).Messages.Select(m => m.Content).Should().Equal("note 1", "note 2");
        (await bob.ReadAsync(new("bob", With: "alice"))).Messages.Select(m => m.Content).Should().Equal("to alice", "from alice");
    }

    private Task FillAsync(int count) => Task.WhenAll(Enumerable.Range(1, count).Select(i => alice.SendAsync("bob", $"{i}")));
}
