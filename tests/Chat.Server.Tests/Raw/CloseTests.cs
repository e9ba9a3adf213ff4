using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Raw;

/// <summary>A clean 1000 means that everything sent before is stored.</summary>
public sealed class CloseTests : ServerTest
{
    [Fact]
    public async Task FramesBeforeAClose_AreStoredBeforeItsAnswer()
    {
        var alice = await Server.RawAsync();
        for (var i = 0; i < 300; i++)
            await alice.SendAsync($"alice:bob:{i}");
        (await alice.CloseAsync()).Should().Be(1000);
        (await Server.MailboxAsync("bob")).Select(m => m.Content).Should().Equal(Enumerable.Range(0, 300).Select(i => $"{i}"));
    }

    [Fact]
    public async Task FramesAndCloseInOneSegment_AreStored()
    {
        var tcp = await Server.TcpAsync();
        await tcp.SendAsync([.. Enumerable.Range(0, 300).Select(i => RawTcpClient.Frame($"alice:bob:{i}")), RawTcpClient.Frame([3, 232], opcode: 8)]);
        (await tcp.ReceiveCloseAsync()).Should().Be(1000);
        (await Server.MailboxAsync("bob")).Should().HaveCount(300);
    }

    [Fact]
    public async Task CloseWithoutCode_IsAnswered()
    {
        var tcp = await Server.TcpAsync();
        await tcp.SendAsync(RawTcpClient.Frame("alice:bob:x"), RawTcpClient.Frame([], opcode: 8));
        (await tcp.ReceiveCloseAsync()).Should().Be(1000);
        (await Server.MailboxAsync("bob")).Should().ContainSingle();
    }

    [Theory]
    [InlineData(1001)]
    [InlineData(1011)]
    [InlineData(3000)]
    [InlineData(4999)]
    public async Task ValidCode_IsAnsweredWith1000(int code)
    {
        var alice = await Server.RawAsync();
        await alice.SendAsync("alice:bob:x");
        (await alice.CloseAsync(code)).Should().Be(1000);
        (await Server.MailboxAsync("bob")).Should().ContainSingle();
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(3, 231)] // 999
    [InlineData(3, 237)] // 1005
    [InlineData(3, 238)] // 1006
    [InlineData(11, 183)] // 2999
    public async Task InvalidCode_IsClosedWith1002(byte high, byte low)
    {
        var tcp = await Server.TcpAsync();
        await tcp.SendAsync(RawTcpClient.Frame("alice:bob:x"), RawTcpClient.Frame([high, low], opcode: 8));
        (await tcp.ReceiveCloseAsync()).Should().Be(1002);
    }

    [Fact]
    public async Task RefusedFrame_IsAnsweredBeforeTheClose()
    {
        var tcp = await Server.TcpAsync();
        await tcp.SendAsync(RawTcpClient.Frame("alice:bob:x"), RawTcpClient.Frame("alice::x"), RawTcpClient.Frame([], opcode: 8));
        System.Text.Encoding.UTF8.GetString((await tcp.ReceiveAsync())!.Value.Payload).Should().StartWith("system:error bad_recipient ");
        (await tcp.ReceiveCloseAsync()).Should().Be(1000);
    }

    [Fact]
    public async Task FrameAfterAClose_IsIgnored()
    {
        var tcp = await Server.TcpAsync();
        await tcp.SendAsync(RawTcpClient.Frame("alice:bob:x"), RawTcpClient.Frame([], opcode: 8), RawTcpClient.Frame("alice:bob:too late"));
        (await tcp.ReceiveCloseAsync()).Should().Be(1000);
        await Server.LoggedAsync("GET /api/home/connect answered 101");
        (await Server.MailboxAsync("bob")).Select(m => m.Content).Should().Equal("x");
    }

    [Fact]
    public async Task CloseDuringCatchUp_IsAnsweredAtOnce_AndLosesNothing()
    {
        var alice = await Server.HubAsync("alice");
        var content = new string('x', 32 << 10);
        for (var i = 0; i < 200; i++)
            await alice.SendAsync("bob", $"{i}|{content}");
        var tcp = await Server.TcpAsync(receiveBufferBytes: 4096);
        await tcp.SendAsync(RawTcpClient.Frame("bob::"));
        await tcp.SendAsync(RawTcpClient.Frame([], opcode: 8));
        var got = new List<string>();
        var code = await tcp.ReceiveCloseAsync(frame => got.Add(NumberOf(frame)));
        code.Should().Be(1000);
        got.Count.Should().BeLessThan(200);

        await using var back = await RawClient.ConnectAsync(Server.Address, "?userid=bob", log: () => Server.LogText);
        while (got.Count == 0 || got[^1] != "199")
            got.Add(NumberOf(await back.ReceiveAsync()));
        got.Distinct().Should().Equal(Enumerable.Range(0, 200).Select(i => $"{i}"));

        static string NumberOf(string frame) => frame["alice:".Length..frame.IndexOf('|', StringComparison.Ordinal)];
    }

    [Fact]
    public async Task MessageBeforeAReset_IsDelivered()
    {
        var bob = await Server.RawAsync("bob");
        var tcp = await Server.TcpAsync();
        await tcp.SendAsync(RawTcpClient.Frame("alice:bob:last words"));
        (await bob.ReceiveAsync()).Should().Be("alice:last words");
        tcp.Reset();
        await Server.LoggedAsync("GET /api/home/connect answered 101");
        var alice = await Server.RawAsync();
        await alice.SendAsync("alice:bob:again");
        (await bob.ReceiveAsync()).Should().Be("alice:again");
    }
}
