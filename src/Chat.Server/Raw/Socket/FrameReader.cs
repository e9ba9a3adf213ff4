using System.Buffers;
using System.Net.WebSockets;

namespace Chat.Server.Raw.Socket;

/// <summary>Reads WebSocket messages, and joins the fragments of each.</summary>
/// <remarks>Holds a buffer only while a message arrives. The buffer grows with the bytes that have arrived, not with the declared length.</remarks>
internal sealed class FrameReader(WebSocket socket, int maxBytes) : IDisposable
{
    private const int FirstBufferBytes = 4096;

    private byte[]? buffer;
    private int count;

    public int MaxBytes => maxBytes;

    /// <summary>The last frame that was read. Valid until the next read.</summary>
    public ReadOnlyMemory<byte> Frame => buffer.AsMemory(0, count);

    /// <summary>Reads a whole frame, and returns its kind.</summary>
    public async ValueTask<FrameKind> ReadAsync()
    {
        ReturnBuffer();
        try
        {
            // Waits without a buffer, because most connections are idle.
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
                result = await socket.ReceiveAsync(FreeBuffer(), CancellationToken.None);
            }
        }
        catch (Exception e) when (LostConnection.Is(e))
        {
            return FrameKind.Lost;
        }
    }

    /// <summary>Reads and drops everything between the server's close and the client's.</summary>
    public async Task SkipToCloseAsync()
    {
        try
        {
            // ReadAsync would leave a frame that is too large in the socket.
            var skipped = new byte[FirstBufferBytes];
            while (socket.State == WebSocketState.CloseSent)
                await socket.ReceiveAsync(skipped.AsMemory(), CancellationToken.None);
        }
        catch (Exception e) when (LostConnection.Is(e))
        {
            // The client left without a close.
        }
    }

    public void Dispose() => ReturnBuffer();

    // One byte more than the limit shows that a frame is too large. The socket fills whatever it is given, so it gets no more than that.
    private Memory<byte> FreeBuffer()
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

    /// <summary>No frame: the connection broke, or the client broke the WebSocket protocol and the WebSocket has closed it.</summary>
    Lost,
}
