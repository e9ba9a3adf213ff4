using System.Text;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Raw.Conformance;

/// <summary>1: framing, 2: pings and pongs, 3: reserved bits, 4: opcodes, 10: long messages in short fragments.</summary>
public sealed class FramingTests : ConformanceTest
{
    // 1.1.1 is an empty message, which no colon frame can be.
    [Theory]
    [InlineData(0, int.MaxValue)]
    [InlineData(113, int.MaxValue)] // 125 bytes with the prefix, and so on: both sides of each length encoding
    [InlineData(114, int.MaxValue)]
    [InlineData(115, int.MaxValue)]
    [InlineData(116, int.MaxValue)]
    [InlineData(65523, int.MaxValue)]
    [InlineData(65524, int.MaxValue)]
    [InlineData(65524, 997)]
    [InlineData(1000, 1)]
    public async Task Case1_TextOfAnyLength_ComesBack(int length, int pieces)
    {
        var content = Encoding.ASCII.GetBytes(new string('*', length + 1));
        await EchoesAsync(Frame([.. Prefix, .. content]), content, pieces);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(125)]
    [InlineData(65536)]
    public Task Case1_BinaryMessage_IsRefused(int length) => ClosesAsync(Frame(new byte[length], Binary), 1003);

    [Theory]
    [InlineData(0, int.MaxValue)] // 2.1
    [InlineData(5, int.MaxValue)] // 2.2
    [InlineData(8, int.MaxValue)] // 2.3: bytes that are not UTF-8
    [InlineData(125, int.MaxValue)] // 2.4
    [InlineData(125, 1)] // 2.6
    public async Task Case2_Ping_IsAnsweredWithItsPayload(int length, int pieces)
    {
        await using var client = await RawTcpClient.ConnectAsync(Server.Address);
        var payload = Enumerable.Range(0, length).Select(i => (byte)(0xFF - i)).ToArray();
        await SendAsync(client, Frame(payload, Ping), pieces);
        var answer = await client.ReceiveAsync();
        answer!.Value.Opcode.Should().Be(Pong);
        answer.Value.Payload.Should().Equal(payload);
    }

    [Fact]
    public Task Case2_PingOf126Bytes_IsABreach() => ClosesAsync(Frame(new byte[126], Ping), 1002); // 2.5

    [Fact]
    public Task Case2_UnsolicitedPong_IsIgnored() => // 2.7 to 2.9
        EchoesAsync([.. Frame([], Pong), .. Frame("unsolicited", Pong), .. Frame("alice:alice:hi")], "hi"u8.ToArray());

    [Theory]
    [InlineData(int.MaxValue)] // 2.10
    [InlineData(1)] // 2.11
    public async Task Case2_TenPings_AreAnsweredInOrder(int pieces)
    {
        await using var client = await RawTcpClient.ConnectAsync(Server.Address);
        await SendAsync(client, [.. Enumerable.Range(0, 10).SelectMany(i => Frame($"payload-{i}", Ping))], pieces);
        for (var i = 0; i < 10; i++)
            Encoding.UTF8.GetString((await client.ReceiveAsync())!.Value.Payload).Should().Be($"payload-{i}");
    }

    [Theory]
    [InlineData(1, Text)] // 3.1
    [InlineData(2, Text)] // 3.2 to 3.4
    [InlineData(3, Text)]
    [InlineData(4, Text)]
    [InlineData(5, Binary)] // 3.5
    [InlineData(6, Ping)] // 3.6
    [InlineData(7, Close)] // 3.7
    public async Task Case3_ReservedBit_IsABreach(int reserved, int opcode)
    {
        foreach (var pieces in (int[])[int.MaxValue, 1])
            await ClosesAsync(Frame([0x03, 0xE8], opcode, reserved: reserved), 1002, pieces);
        // The message before the breach is stored. The close may overtake its delivery.
        await using var client = await RawTcpClient.ConnectAsync(Server.Address);
        await client.SendAsync(Frame("alice:alice:before"), Frame([.. Prefix, (byte)'x'], reserved: reserved), Frame([], Ping));
        (await client.ReceiveCloseAsync()).Should().Be(1002);
        await Wait.UntilAsync(async () => (await Server.MailboxAsync("alice")) is [{ Content: "before" }], "The message before the breach");
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(14)]
    [InlineData(15)]
    public async Task Case4_ReservedOpcode_IsABreach(int opcode)
    {
        await ClosesAsync(Frame([], opcode), 1002);
        await ClosesAsync(Frame("reserved", opcode), 1002, pieces: 1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1300)]
    public Task Case10_MessageInManyFragments_ComesBack(int fragment)
    {
        byte[] message = [.. Prefix, .. Encoding.ASCII.GetBytes(new string('*', fragment == 1 ? 3000 : 65536))];
        var parts = message.Chunk(fragment).ToList();
        return EchoesAsync(
            [.. parts.SelectMany((part, i) => Frame(part, i == 0 ? Text : Continuation, final: i == parts.Count - 1))], message[Prefix.Length..]);
    }
}
