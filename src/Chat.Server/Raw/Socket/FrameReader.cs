using System.Buffers;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;

namespace Chat.Server.Raw.Socket;

/// <summary>Reads WebSocket messages, and joins the fragments of each.</summary>
/// <remarks>Keeps a small buffer, which most messages fit: to wait without one, each message would cost a second read. A larger buffer is held only
/// while a message arrives. It grows with the bytes that have arrived, not with the declared length.</remarks>
internal sealed class FrameReader(WebSocket socket, int maxBytes) : IDisposable
{
    private const int SmallBytes = 256, FirstRentedBytes = 4096;

    private readonly byte[] small = new byte[Math.Min(SmallBytes, maxBytes + 1)];
    private byte[]? rented;
    private int count;

    public int MaxBytes => maxBytes;

    /// <summary>The last frame that was read. Valid until the next read.</summary>
    public ReadOnlyMemory<byte> Frame => Buffer.AsMemory(0, count);

    private byte[] Buffer => rented ?? small;

    /// <summary>Reads a whole frame, and returns its kind. Await the task once, before the next call.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<FrameKind> ReadAsync()
    {
        ReturnRented();
        count = 0;
        try
        {
            while (true)
            {
                var result = await socket.ReceiveAsync(FreeBuffer(), CancellationToken.None);
                if (result.MessageType != WebSocketMessageType.Text)
                    return result.MessageType == WebSocketMessageType.Close ? FrameKind.Close : FrameKind.Binary;
                count += result.Count;
                if (count > maxBytes)
                    return FrameKind.TooLarge;
                if (result.EndOfMessage)
                    return FrameKind.Text;
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
            var skipped = new byte[FirstRentedBytes];
            while (socket.State == WebSocketState.CloseSent)
                await socket.ReceiveAsync(skipped.AsMemory(), CancellationToken.None);
        }
        catch (Exception e) when (LostConnection.Is(e))
        {
            // The client left without a close.
        }
    }

    public void Dispose() => ReturnRented();

    // One byte more than the limit shows that a frame is too large. The socket fills whatever it is given, so it gets no more than that.
    private Memory<byte> FreeBuffer()
    {
        if (count == Buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(FirstRentedBytes, count * 2));
            Frame.CopyTo(larger);
            ReturnRented();
            rented = larger;
        }
        return Buffer.AsMemory(count, Math.Min(Buffer.Length, maxBytes + 1) - count);
    }

    private void ReturnRented()
    {
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        rented = null;
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
