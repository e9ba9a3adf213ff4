using System.Text;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Raw;

public sealed class GoldenExchangeTests : ServerTest
{
    [Fact]
    public async Task Frame_ReachesItsRecipient()
    {
        var two = await Server.RawAsync("2");
        var one = await Server.RawAsync();
        await one.SendAsync("1:2:hello");
        (await two.ReceiveAsync()).Should().Be("1:hello");
    }

    [Fact]
    public async Task ColonsInContent_AreKept()
    {
        var b = await Server.RawAsync("b");
        await (await Server.RawAsync()).SendAsync("a:b:x:y:z");
        (await b.ReceiveAsync()).Should().Be("a:x:y:z");
    }

    [Fact]
    public async Task Registration_DeliversNothing()
    {
        var b = await Server.RawAsync("b");
        var a = await Server.RawAsync();
        await a.SendAsync("a::");
        await a.SendAsync("a:b:");
        await a.SendAsync("a:b:marker");
        (await b.ReceiveAsync()).Should().Be("a:marker");
    }

    [Fact]
    public async Task RawFrame_ReachesASignalRClient_AndBack()
    {
        var bob = await Server.HubAsync("bob");
        var alice = await Server.RawAsync();
        await alice.SendAsync("alice:bob:hi: there");
        var message = await bob.ReceiveAsync();
        message.Should().BeEquivalentTo(new { Stream = "bob", Offset = 1L, From = "alice", To = "bob", Content = "hi: there" });
        message.Position.Should().Be((await bob.ResumeAsync("bob")).Head);
        Guid.Parse(message.Id).Version.Should().Be(7);
        message.SentAt.Should().BeCloseTo(DateTimeOffset.UtcNow, TimeSpan.FromMinutes(1));
        await bob.SendAsync("alice", "and back");
        (await alice.ReceiveAsync()).Should().Be("bob:and back");
    }

    [Fact]
    public async Task EachDeviceOfAUser_GetsEachMessageOnce()
    {
        var (raw, hub, otherRaw) = (await Server.RawAsync("bob"), await Server.HubAsync("bob"), await Server.RawAsync("bob"));
        var alice = await Server.RawAsync();
        for (var i = 0; i < 20; i++)
            await alice.SendAsync($"alice:bob:{i}");
        var expected = Enumerable.Range(0, 20).Select(i => $"alice:{i}").ToList();
        (await raw.ReceiveAsync(20)).Should().Equal(expected);
        (await otherRaw.ReceiveAsync(20)).Should().Equal(expected);
        (await hub.ReceiveAsync(20)).Select(m => $"{m.From}:{m.Content}").Should().Equal(expected);
    }

    [Fact]
    public async Task SentCopy_ReachesSignalRDevicesOfTheSender_NotRawOnes()
    {
        var (hub, raw) = (await Server.HubAsync("alice"), await Server.RawAsync("alice"));
        await hub.SendAsync("bob", "to bob");
        await hub.SendAsync("alice", "to myself");
        (await hub.ReceiveAsync(2)).Select(m => (m.Stream, m.Offset, m.Content)).Should().Equal(("alice", 1, "to bob"), ("alice", 2, "to myself"));
        (await raw.ReceiveAsync()).Should().Be("alice:to myself");
    }

    [Fact]
    public async Task MessageToOneself_IsStoredOnce_AndReachesEachDeviceOnce()
    {
        var (hub, raw, speaking) = (await Server.HubAsync("alice"), await Server.RawAsync("alice"), await Server.RawAsync("alice"));
        for (var i = 1; i <= 3; i++)
            await speaking.SendAsync($"alice:alice:{i}");
        (await speaking.ReceiveAsync(3)).Should().Equal("alice:1", "alice:2", "alice:3");
        (await raw.ReceiveAsync(3)).Should().Equal("alice:1", "alice:2", "alice:3");
        (await hub.ReceiveAsync(3)).Select(m => m.Offset).Should().Equal(1, 2, 3);
        (await Server.MailboxAsync("alice")).Select(m => m.Content).Should().Equal("1", "2", "3");
    }

    public static TheoryData<string> OddContents => new()
    {
        new string('x', 60_000), "😀 👨‍👩‍👧 中文", "two\r\nlines\n", "a\0b", "bob:evil", "alice:bob:evil", "error bad_frame x", "notice trimmed x",
        "system:error forbidden x", "::", " ", "{\"x\":\"y:z\"}\r\n",
    };

    [Theory, MemberData(nameof(OddContents))]
    public async Task Content_ArrivesByteForByte(string content)
    {
        var (raw, hub) = (await Server.RawAsync("bob"), await Server.HubAsync("bob"));
        await (await Server.RawAsync()).SendAsync("alice:bob:" + content);
        (await raw.ReceiveAsync()).Should().Be("alice:" + content);
        (await hub.ReceiveAsync()).Content.Should().Be(content);
        (await hub.ReadAsync(new("bob"))).Messages.Should().ContainSingle().Which.Content.Should().Be(content);
    }

    [Fact]
    public async Task FrameInOneByteFragments_IsDelivered()
    {
        var bob = await Server.RawAsync("bob");
        var tcp = await Server.TcpAsync();
        var bytes = Encoding.UTF8.GetBytes("alice:bob:häppchen 😀");
        await tcp.SendAsync([.. bytes.Select((b, i) => RawTcpClient.Frame([b], i == 0 ? 1 : 0, i == bytes.Length - 1))]);
        (await bob.ReceiveAsync()).Should().Be("alice:häppchen 😀");
    }

    [Fact]
    public async Task FiveHundredFramesInOneSegment_ArriveInOrder()
    {
        var bob = await Server.RawAsync("bob");
        var tcp = await Server.TcpAsync();
        await tcp.SendAsync([.. Enumerable.Range(0, 500).Select(i => RawTcpClient.Frame($"alice:bob:message {i}"))]);
        (await bob.ReceiveAsync(500)).Should().Equal(Enumerable.Range(0, 500).Select(i => $"alice:message {i}"));
    }
}
