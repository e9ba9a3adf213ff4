using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Raw.Socket;

/// <summary>The size of a frame is the number of its bytes that have arrived. The declared length does not count.</summary>
public sealed class FrameSizeTests() : BystanderTest(new() { ["Chat:Messaging:MaxFrameBytes"] = "4096" })
{
    [Fact]
    public async Task FrameAtTheLimit_IsAccepted_OneByteMoreIsNot()
    {
        var alice = await Server.RawAsync("alice");
        var atTheLimit = "alice:alice:" + new string('x', 4096 - 12);
        await alice.SendAsync(atTheLimit);
        (await alice.ReceiveAsync()).Should().Be(atTheLimit[6..]);
        await alice.SendAsync(atTheLimit + "x");
        (await alice.ReceiveCloseAsync()).Should().Be(1009);
        (await Server.MailboxAsync("alice")).Should().ContainSingle();
    }

    [Fact]
    public async Task FrameSize_IsCountedInBytes()
    {
        var alice = await Server.RawAsync("alice");
        await alice.SendAsync("alice:bob:" + new string('中', 1400));
        (await alice.ReceiveCloseAsync()).Should().Be(1009);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(1)]
    public async Task FrameSize_IsTheSumOfItsFragments(int bytes)
    {
        var tcp = await Server.TcpAsync();
        var fragments = Enumerable.Repeat(RawTcpClient.Frame(new string('x', bytes), final: false, opcode: 0), 4200 / bytes + 1);
        await tcp.SendAsync([RawTcpClient.Frame("alice:bob:", final: false), .. fragments, RawTcpClient.Frame("", opcode: 0)]);
        (await tcp.ReceiveCloseAsync()).Should().Be(1009);
    }

    [Fact]
    public async Task DeclaredLength_IsIgnored()
    {
        var tcp = await Server.TcpAsync();
        await tcp.SendAsync(DeclaringLength(1L << 62), "alice:bob:"u8.ToArray());
        var alice = await Server.RawAsync();
        await alice.SendAsync("alice:alice:hi");
        (await alice.ReceiveAsync()).Should().Be("alice:hi");
        await tcp.SendAsync(new byte[4096 - 9]);
        (await tcp.ReceiveCloseAsync()).Should().Be(1009);
    }

    private static byte[] DeclaringLength(long length) =>
        [0x81, 0xff, .. BitConverter.GetBytes(System.Net.IPAddress.HostToNetworkOrder(length)), 0, 0, 0, 0];
}
