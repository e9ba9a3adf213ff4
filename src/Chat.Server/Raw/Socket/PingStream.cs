using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Chat.Server.Raw.Socket;

/// <summary>The stream under a raw WebSocket. It passes bytes through, writes pings between two frames, and shows incoming frames to a watcher.</summary>
/// <remarks>ASP.NET Core's WebSocket can do neither. It writes each frame with one call, so a ping never lands inside a frame.</remarks>
internal sealed class PingStream(Stream inner) : Stream
{
    /// <summary>Payload bytes of a ping. The keep-alive pings of the WebSocket have as many, and count up from 1.</summary>
    public const int PayloadBytes = 8;

    // Held during a write. The WebSocket answers pings and sends keep-alive pings on other threads than the sender's.
    private readonly SemaphoreSlim writing = new(1);
    private FrameTap? tap;

    public override bool CanRead => true;
    public override bool CanWrite => true;
    public override bool CanSeek => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Shows incoming frames to the watcher before the WebSocket reads them. Call it before the first read.</summary>
    public void Watch(IFrameWatcher watcher) => tap = new FrameTap(watcher);

    /// <summary>Writes a ping behind the frame that is being written.</summary>
    public async Task PingAsync(long number)
    {
        var ping = new byte[2 + PayloadBytes];
        (ping[0], ping[1]) = (0x89, PayloadBytes);
        BinaryPrimitives.WriteInt64BigEndian(ping.AsSpan(2), number);
        await WriteAsync(ping.AsMemory(), CancellationToken.None);
    }

    // Every frame is read here: pooling saves the allocation of each wait.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await inner.ReadAsync(buffer, cancellationToken);
        tap?.Read(buffer.Span[..count]);
        return count;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await writing.WaitAsync(cancellationToken);
        try
        {
            await inner.WriteAsync(buffer, cancellationToken);
        }
        finally
        {
            writing.Release();
        }
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush() => inner.Flush();
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }
}
