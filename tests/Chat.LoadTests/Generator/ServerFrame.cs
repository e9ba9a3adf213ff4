using System.Buffers.Binary;

namespace Chat.LoadTests.Generator;

/// <summary>A WebSocket frame of a server, as a view over received bytes.</summary>
internal readonly ref struct ServerFrame
{
    private ServerFrame(byte first, ReadOnlySpan<byte> payload, int length)
    {
        Opcode = first & 15;
        IsFinal = (first & 0x80) != 0;
        Payload = payload;
        Length = length;
    }

    public int Opcode { get; }

    public bool IsFinal { get; }

    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>Bytes of the frame with its head.</summary>
    public int Length { get; }

    /// <summary>Returns false while the frame is incomplete.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out ServerFrame frame)
    {
        frame = default;
        if (bytes.Length < 2)
            return false;
        var (head, length) = (2, (long)(bytes[1] & 127));
        if (length == 126)
        {
            if (bytes.Length < 4)
                return false;
            (head, length) = (4, BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]));
        }
        else if (length == 127)
        {
            if (bytes.Length < 10)
                return false;
            (head, length) = (10, BinaryPrimitives.ReadInt64BigEndian(bytes[2..]));
        }
        if (bytes.Length < head + length)
            return false;
        frame = new ServerFrame(bytes[0], bytes.Slice(head, (int)length), head + (int)length);
        return true;
    }
}
