using System.Buffers.Binary;
using System.Text;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Raw.Conformance;

/// <summary>7: close handshakes.</summary>
public sealed class CloseHandshakeTests : ConformanceTest
{
    [Fact]
    public Task MessageBeforeTheClose_ComesBack() => EchoesAsync(Frame("alice:alice:hi"), "hi"u8.ToArray()); // 7.1.1

    [Theory]
    [InlineData("second close")] // 7.1.2
    [InlineData("ping")] // 7.1.3
    [InlineData("text")] // 7.1.4
    public async Task FramesAfterAClose_AreIgnored(string what)
    {
        byte[] after = what switch { "ping" => Frame([], Ping), "text" => Frame("alice:bob:after the close"), _ => CloseFrame(1000) };
        await ClosesAsync([.. CloseFrame(1000), .. after], 1000);
    }

    [Fact]
    public async Task CloseBetweenFragments_EndsTheMessage() => // 7.1.5
        await ClosesAsync([.. Frame("alice:bob:one", final: false), .. CloseFrame(1000), .. Frame("two", Continuation)], 1000);

    [Fact]
    public async Task CloseBehindALongMessage_IsAnsweredWhenTheMessageIsStored() // 7.1.6
    {
        await using var client = await RawTcpClient.ConnectAsync(Server.Address);
        await client.SendAsync(Frame([.. "alice:carol:"u8, .. new byte[100_000]]), CloseFrame(1000));
        (await client.ReceiveCloseAsync()).Should().Be(1000);
        (await Server.MailboxAsync("carol")).Should().ContainSingle().Which.Content.Should().HaveLength(100_000);
    }

    [Theory]
    [InlineData(new byte[0], 1000)] // 7.3.1
    [InlineData(new byte[] { 0x03 }, 1002)] // 7.3.2
    [InlineData(new byte[] { 0x03, 0xE8 }, 1000)] // 7.3.3
    public Task ClosePayload_IsEmptyOrHasACode(byte[] payload, int answer) => ClosesAsync(Frame(payload, Close), answer);

    [Theory]
    [InlineData(8, 1000)] // 7.3.4
    [InlineData(123, 1000)] // 7.3.5
    [InlineData(124, 1002)] // 7.3.6
    public Task Reason_HasAtMost123Bytes(int length, int answer) => ClosesAsync(CloseFrame(1000, Encoding.ASCII.GetBytes(new string('*', length))), answer);

    [Fact]
    public Task ReasonWithInvalidUtf8_IsABreach() => // 7.5.1
        ClosesAsync(CloseFrame(1000, [0xCE, 0xBA, 0xED, 0xA0, 0x80]), 1002);

    [Theory]
    [InlineData(1000)]
    [InlineData(1001)]
    [InlineData(1002)]
    [InlineData(1003)]
    [InlineData(1007)]
    [InlineData(1008)]
    [InlineData(1009)]
    [InlineData(1010)]
    [InlineData(1011)]
    [InlineData(3000)]
    [InlineData(3999)]
    [InlineData(4000)]
    [InlineData(4999)]
    public Task ValidCode_IsAnsweredWith1000(int code) => ClosesAsync(CloseFrame(code), 1000); // 7.7

    [Theory]
    [InlineData(0)]
    [InlineData(999)]
    [InlineData(1004)]
    [InlineData(1005)]
    [InlineData(1006)]
    [InlineData(1016)]
    [InlineData(1100)]
    [InlineData(2000)]
    [InlineData(2999)]
    public Task ReservedCode_IsABreach(int code) => ClosesAsync(CloseFrame(code), 1002); // 7.9

    [Theory]
    [InlineData(5000)]
    [InlineData(65535)]
    public async Task CodeAbove4999_EndsTheConnection(int code) // 7.13: undefined; the connection must end
    {
        await using var client = await RawTcpClient.ConnectAsync(Server.Address);
        await client.SendAsync(CloseFrame(code));
        (await client.ReceiveCloseAsync()).Should().BeOneOf(1000, 1002);
    }

    private static byte[] CloseFrame(int code, byte[]? reason = null)
    {
        var payload = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)code);
        return Frame([.. payload, .. reason ?? []], Close);
    }
}
