using System.Buffers.Binary;

namespace Chat.Server.Raw.Socket;

/// <summary>Sees the WebSocket frames go by in what a client sends, which the WebSocket itself does not show: reads their headers, skips what
/// is in them, and judges nothing.</summary>
/// <remarks>One reader at a time. After a breach of the protocol it may see what is not there, while the WebSocket ends the connection.</remarks>
internal sealed class FrameTap(IFrameWatcher watcher)
{
    private const int LongestHeaderBytes = 14; // of a masked frame with a length of eight bytes
    private const int Close = 0x8;
    private const int Pong = 0xA;

    private readonly byte[] header = new byte[LongestHeaderBytes + PingStream.PayloadBytes];
    private int headerCount;
    private ulong payload;
    private bool closed;

    /// <summary>Looks at the bytes that follow those before. After a close nothing counts.</summary>
    public void Read(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty && !closed)
        {
            if (payload > 0)
            {
                var skipped = (int)Math.Min(payload, (ulong)bytes.Length);
                payload -= (ulong)skipped;
                bytes = bytes[skipped..];
                continue;
            }
            // One byte at a time: a header is short, and a network may cut it anywhere.
            header[headerCount++] = bytes[0];
            bytes = bytes[1..];
            if (headerCount >= HeaderBytes())
                End();
        }
    }

    // Known from the second byte on; until then there are at least two. A pong of ours is short enough to be taken with its header.
    private int HeaderBytes() => headerCount < 2 ? 2 : 2 + LengthBytes + MaskBytes + (IsPong ? PingStream.PayloadBytes : 0);

    private int LengthBytes => (header[1] & 0x7F) switch { 126 => 2, 127 => 8, _ => 0 };

    private int MaskBytes => (header[1] & 0x80) != 0 ? 4 : 0;

    private bool IsPong => header[0] == (0x80 | Pong) && (header[1] & 0x7F) == PingStream.PayloadBytes;

    private void End()
    {
        var length = (header[1] & 0x7F) switch
        {
            126 => BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(2)),
            127 => BinaryPrimitives.ReadUInt64BigEndian(header.AsSpan(2)),
            var shorter => (ulong)shorter,
        };
        headerCount = 0;
        if (IsPong)
        {
            watcher.Pong(PongNumber());
            return;
        }
        payload = length;
        closed = (header[0] & 0x0F) == Close;
        if ((header[0] & 0x08) != 0)
            watcher.ControlFrame();
        else
            watcher.Fragment(isLast: (header[0] & 0x80) != 0);
    }

    private long PongNumber()
    {
        var number = header.AsSpan(2 + MaskBytes, PingStream.PayloadBytes);
        for (var i = 0; i < number.Length && MaskBytes > 0; i++)
            number[i] ^= header[2 + (i % 4)];
        return BinaryPrimitives.ReadInt64BigEndian(number);
    }
}

/// <summary>Hears of the frames that a client sends, on the thread that reads them.</summary>
internal interface IFrameWatcher
{
    /// <summary>A pong of the size of our own pings came.</summary>
    void Pong(long number);

    /// <summary>A ping, a pong or a close came.</summary>
    void ControlFrame();

    /// <summary>A frame of a message began: the whole message, or a part.</summary>
    void Fragment(bool isLast);
}
