using System.Text;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Raw.Conformance;

/// <summary>The cases of the Autobahn WebSocket conformance suite, by their numbers. The suite tests echo servers. Here alice writes to herself,
/// and must get back what she wrote.</summary>
public abstract class ConformanceTest() : BystanderTest(new()
{
    ["Chat:Messaging:MaxFrameBytes"] = "131072",
    ["Chat:Limits:MaxQueuedBytes"] = "0",
})
{
    protected const int Continuation = 0, Text = 1, Binary = 2, Close = 8, Ping = 9, Pong = 10;

    protected static readonly byte[] Prefix = "alice:alice:"u8.ToArray();

    protected static byte[] Frame(byte[] payload, int opcode = Text, bool final = true, int reserved = 0) =>
        RawTcpClient.Frame(payload, opcode, final, reserved: reserved);

    protected static byte[] Frame(string text, int opcode = Text, bool final = true) => Frame(Encoding.UTF8.GetBytes(text), opcode, final);

    /// <summary>Sends the bytes in one write, or in pieces of the given length.</summary>
    protected static async Task SendAsync(RawTcpClient client, byte[] bytes, int pieces = int.MaxValue)
    {
        foreach (var piece in bytes.Chunk(Math.Min(pieces, bytes.Length)))
            await client.SendAsync(piece);
    }

    /// <summary>Returns the content of the next message.</summary>
    protected static async Task<byte[]> EchoAsync(RawTcpClient client)
    {
        while (await client.ReceiveAsync() is { } frame)
            if (frame.Opcode == Text)
            {
                frame.Payload.AsSpan(0, 6).SequenceEqual("alice:"u8).Should().BeTrue();
                return frame.Payload[6..];
            }
        throw new InvalidOperationException("The connection is gone.");
    }

    /// <summary>Sends the bytes, and expects the message to come back.</summary>
    protected async Task EchoesAsync(byte[] bytes, byte[] content, int pieces = int.MaxValue)
    {
        await using var client = await RawTcpClient.ConnectAsync(Server.Address);
        await SendAsync(client, bytes, pieces);
        (await EchoAsync(client)).Should().Equal(content);
        await client.SendAsync(Frame([0x03, 0xE8], Close));
        (await client.ReceiveCloseAsync()).Should().Be(1000);
    }

    /// <summary>Sends the bytes, and expects a close with the code. The server may close before it has read all of them.</summary>
    protected async Task ClosesAsync(byte[] bytes, int? code, int pieces = int.MaxValue)
    {
        await using var client = await RawTcpClient.ConnectAsync(Server.Address);
        try
        {
            await SendAsync(client, bytes, pieces);
        }
        catch (IOException) when (pieces < bytes.Length)
        {
        }
        (await client.ReceiveCloseAsync()).Should().Be(code);
    }
}
