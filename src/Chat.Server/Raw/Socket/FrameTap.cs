using System.Buffers.Binary;

namespace Chat.Server.Raw.Socket;

/// <summary>Reads the headers of the WebSocket frames that a client sends, because the WebSocket does not show pongs and fragments. It validates
/// nothing and skips the payloads.</summary>
/// <remarks>One reader at a time. After a breach of the protocol it may report frames that do not exist, while the WebSocket closes the connection.</remarks>
internal sealed class FrameTap(IFrameWatcher watcher)
{
    private const int LongestHeaderBytes = 14; // of a masked frame with a length of eight bytes
    private const int Close = 0x8;
    private const int Pong = 0xA;

    private readonly byte[] header = new byte[LongestHeaderBytes + PingStream.PayloadBytes];
    private int headerCount;
    private ulong payload;
    private bool closed;

    /// <summary>Reads the next bytes of the connection. After a close frame it ignores everything.</summary>
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
            // Byte by byte: a header is short, and the network may cut it anywhere.
            header[headerCount++] = bytes[0];
            bytes = bytes[1..];
            if (headerCount >= HeaderBytes())
                End();
        }
    }

    // The second byte tells the length of the header. The payload of a pong to a ping of the server is read as part of the header.
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

/// <summary>Is called for each frame that a client sends, on the thread that reads them.</summary>
internal interface IFrameWatcher
{
    /// <summary>A pong came whose payload is as long as that of the server's pings.</summary>
    void Pong(long number);

    /// <summary>A ping, another pong or a close came.</summary>
    void ControlFrame();

    /// <summary>The header of a message or of a fragment came.</summary>
    void Fragment(bool isLast);
}
