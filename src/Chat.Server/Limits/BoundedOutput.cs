using System.IO.Pipelines;

namespace Chat.Server.Limits;

/// <summary>A connection's output whose writers never wait: once the pipe behind it is full, it says so and drops what comes.</summary>
/// <remarks>The pipe's pause threshold is the bound: a flush that does not complete at once is over it. One writer at a time, as with any
/// <see cref="PipeWriter"/>; the hub sees to that.</remarks>
internal sealed class BoundedOutput(PipeWriter inner) : PipeWriter
{
    private byte[]? dropped;
    private volatile bool full;

    /// <summary>Called once a time the pipe is full, with the flush that waits for the reader.</summary>
    public Action<Task> Full { get; set; } = static _ => { };

    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => inner.UnflushedBytes;

    /// <summary>Lets writes through again.</summary>
    public void Reopen() => full = false;

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default) =>
        full ? default : Watch(inner.WriteAsync(source, cancellationToken));

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
        full ? default : Watch(inner.FlushAsync(cancellationToken));

    public override Memory<byte> GetMemory(int sizeHint = 0) => full ? Nowhere(sizeHint) : inner.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => full ? Nowhere(sizeHint).Span : inner.GetSpan(sizeHint);

    public override void Advance(int bytes)
    {
        if (dropped is not null)
            dropped = null;
        else
            inner.Advance(bytes);
    }

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

    private ValueTask<FlushResult> Watch(ValueTask<FlushResult> flush)
    {
        if (flush.IsCompleted)
            return flush;
        full = true;
        Full(flush.AsTask());
        return default;
    }

    private Memory<byte> Nowhere(int sizeHint)
    {
        dropped = new byte[Math.Max(sizeHint, 256)];
        return dropped;
    }
}
