using System.Net.WebSockets;
using System.Text;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Raw.Socket;

/// <summary>A client that breaks the WebSocket protocol, or sends a binary message, ends its own connection and no other.</summary>
public sealed class BrokenWebSocketTests() : BystanderTest(new() { ["Chat:Messaging:MaxFrameBytes"] = "4096" })
{
    [Fact]
    public async Task BinaryMessage_IsClosedWith1003()
    {
        var alice = await Server.RawAsync("alice");
        await alice.SendAsync("alice:bob:x"u8.ToArray(), WebSocketMessageType.Binary);
        (await alice.ReceiveCloseAsync()).Should().Be(1003);
        // The client leaves without answering the close.
        await alice.DisposeAsync();
        await Server.LoggedAsync("GET /api/home/connect answered 101");
    }

    public static TheoryData<byte[]> BadUtf8 => new()
    {
        new byte[] { 0xff }, new byte[] { 0xc0, 0xaf }, new byte[] { 0xe0, 0x80, 0xaf }, new byte[] { 0xed, 0xa0, 0x80 }, new byte[] { 0xe4, 0xb8 },
        new byte[] { 0xf4, 0x90, 0x80, 0x80 },
    };

    [Theory, MemberData(nameof(BadUtf8))]
    public async Task InvalidUtf8_IsClosedWith1007(byte[] bad)
    {
        var tcp = await Server.TcpAsync();
        await tcp.SendAsync(RawTcpClient.Frame([.. "alice:bob:"u8, .. bad]));
        (await tcp.ReceiveCloseAsync()).Should().Be(1007);
    }

    [Theory, MemberData(nameof(BadUtf8))]
    public async Task InvalidUtf8AcrossFragments_IsClosedWith1007(byte[] bad)
    {
        var tcp = await Server.TcpAsync();
        await tcp.SendAsync(RawTcpClient.Frame([.. "alice:bob:"u8, bad[0]], final: false), RawTcpClient.Frame([.. bad[1..], (byte)'a'], opcode: 0));
        (await tcp.ReceiveCloseAsync()).Should().Be(1007);
    }

    [Fact]
    public async Task CharacterSplitBetweenFragments_IsDelivered()
    {
        var tcp = await Server.TcpAsync();
        var bytes = Encoding.UTF8.GetBytes("alice:alice:😀");
        await tcp.SendAsync(RawTcpClient.Frame(bytes.AsSpan()[..^2], final: false), RawTcpClient.Frame(bytes.AsSpan()[^2..], opcode: 0));
        (await tcp.ReceiveAsync())!.Value.Payload.Should().Equal(Encoding.UTF8.GetBytes("alice:😀"));
    }

    public static TheoryData<byte[]> BrokenFrames => new()
    {
        RawTcpClient.Frame("alice:bob:x"u8, masked: false), RawTcpClient.Frame("alice:bob:x"u8, reserved: 4), RawTcpClient.Frame("alice:bob:x"u8, reserved: 1),
        RawTcpClient.Frame("alice:bob:x"u8, opcode: 3), RawTcpClient.Frame("alice:bob:x"u8, opcode: 11), RawTcpClient.Frame("alice:bob:x"u8, opcode: 0),
        RawTcpClient.Frame(new byte[126], opcode: 9), RawTcpClient.Frame([], opcode: 9, final: false),
        new byte[] { 0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0 },
        (byte[])[.. RawTcpClient.Frame("alice:bob:"u8, final: false), .. RawTcpClient.Frame("alice:bob:x"u8)],
    };

    [Theory, MemberData(nameof(BrokenFrames))]
    public async Task ProtocolBreach_IsClosedWith1002(byte[] frame)
    {
        var tcp = await Server.TcpAsync();
        await tcp.SendAsync(frame);
        (await tcp.ReceiveCloseAsync()).Should().Be(1002);
    }

    [Fact]
    public async Task CloseAfterABreach_IsNeverCutOff()
    {
        for (var round = 0; round < 40; round++)
        {
            var codes = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
            {
                await using var tcp = await RawTcpClient.ConnectAsync(Server.Address);
                await tcp.SendAsync(RawTcpClient.Frame("alice:bob:x"u8, opcode: 3));
                return await tcp.ReceiveCloseAsync();
            }));
            codes.Should().AllBeEquivalentTo(1002);
        }
    }

    [Fact]
    public async Task FrameCutByAReset_IsNotStored()
    {
        var tcp = await Server.TcpAsync();
        await tcp.SendAsync(RawTcpClient.Frame("alice:carol:whole"), RawTcpClient.Frame("alice:carol:cut")[..^2]);
        (await (await Server.RawAsync(query: "?userid=carol")).ReceiveAsync()).Should().Be("alice:whole");
        tcp.Reset();
        await OnlyTheWholeFrameIsStoredAsync();
    }

    [Fact]
    public async Task FrameCutByAnEnd_IsNotStored()
    {
        var tcp = await Server.TcpAsync();
        await tcp.SendAsync(RawTcpClient.Frame("alice:carol:whole"), RawTcpClient.Frame("alice:carol:cut", final: false));
        tcp.End();
        (await tcp.ReceiveCloseAsync()).Should().NotBe(1000);
        await OnlyTheWholeFrameIsStoredAsync();
    }

    private async Task OnlyTheWholeFrameIsStoredAsync()
    {
        // The broken connection is the only raw connection that ends in this test.
        await Server.LoggedAsync("GET /api/home/connect answered 101");
        (await Server.MailboxAsync("carol")).Select(message => message.Content).Should().Equal("whole");
        (await Server.MailboxAsync("alice")).Select(message => message.Content).Should().Equal("whole");
    }
}
