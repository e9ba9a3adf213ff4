using System.Buffers.Binary;
using System.Text;

namespace Chat.LoadTests.Generator;

/// <summary>WebSocket frames of a client (RFC 6455, section 5.2). The mask key is 0, so that masking costs the generator nothing.</summary>
internal static class ClientFrame
{
    public const int Text = 1, Close = 8, Ping = 9, Pong = 10;

    public static byte[] Of(string text) => Of(Text, Encoding.UTF8.GetBytes(text));

    public static byte[] Of(int opcode, ReadOnlySpan<byte> payload)
    {
        var head = payload.Length switch { < 126 => 2, <= ushort.MaxValue => 4, _ => 10 };
        var frame = new byte[head + 4 + payload.Length];
        frame[0] = (byte)(0x80 | opcode);
        if (head == 2)
        {
            frame[1] = (byte)(0x80 | payload.Length);
        }
        else if (head == 4)
        {
            frame[1] = 0x80 | 126;
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), (ushort)payload.Length);
        }
        else
        {
            frame[1] = 0x80 | 127;
            BinaryPrimitives.WriteUInt64BigEndian(frame.AsSpan(2), (ulong)payload.Length);
        }
        payload.CopyTo(frame.AsSpan(head + 4));
        return frame;
    }
}
