using System.Buffers;
using System.Net.WebSockets;

namespace Chat.Server.Raw.Socket;

/// <summary>Puts the fragments of a WebSocket message together.</summary>
/// <remarks>Holds a buffer only while a message is coming in, grows it by what has arrived, and never believes a declared length.</remarks>
internal sealed class FrameReader(WebSocket socket, int maxBytes) : IDisposable
{
    private const int FirstBufferBytes = 4096;

    private byte[]? buffer;
    private int count;

    /// <summary>The frame that was read last, valid until the next read.</summary>
    public ReadOnlyMemory<byte> Frame => buffer.AsMemory(0, count);

    /// <summary>Reads a whole frame, or what came instead.</summary>
    public async ValueTask<FrameKind> ReadAsync()
    {
        ReturnBuffer();
        try
        {
            // Waits without a buffer: most connections are idle most of the time.
            var result = await socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None);
            while (true)
            {
                if (result.MessageType != WebSocketMessageType.Text)
                    return result.MessageType == WebSocketMessageType.Close ? FrameKind.Close : FrameKind.Binary;
                count += result.Count;
                if (count > maxBytes)
                    return FrameKind.TooLarge;
                if (result.EndOfMessage)
                    return FrameKind.Text;
                result = await socket.ReceiveAsync(Room(), CancellationToken.None);
            }
        }
        catch (Exception e) when (LostConnection.Is(e))
        {
            return FrameKind.Lost;
        }
    }

    /// <summary>Reads and forgets what comes between our close and the client's.</summary>
    public async Task SkipToCloseAsync()
    {
        try
        {
            // Not by ReadAsync, which leaves in the socket what it will not read.
            var skipped = new byte[FirstBufferBytes];
            while (socket.State == WebSocketState.CloseSent)
                await socket.ReceiveAsync(skipped.AsMemory(), CancellationToken.None);
        }
        catch (Exception e) when (LostConnection.Is(e))
        {
            // It went without a close.
        }
    }

    public void Dispose() => ReturnBuffer();

    // Room for one byte too many, so that a frame that is too large is seen to be; and no more, because the socket fills what it is given.
    private Memory<byte> Room()
    {
        if (buffer is null)
            buffer = ArrayPool<byte>.Shared.Rent(Math.Min(FirstBufferBytes, maxBytes + 1));
        else if (count == buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
            buffer.CopyTo(larger, 0);
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }
        return buffer.AsMemory(count, Math.Min(buffer.Length, maxBytes + 1) - count);
    }

    private void ReturnBuffer()
    {
        if (buffer is not null)
            ArrayPool<byte>.Shared.Return(buffer);
        buffer = null;
        count = 0;
    }
}

internal enum FrameKind
{
    Text,
    Binary,
    TooLarge,
    Close,

    /// <summary>None: the connection broke, or the client broke the WebSocket protocol and has been told so.</summary>
    Lost,
}
