using System.IO.Pipelines;

namespace Chat.Server.Limits;

/// <summary>A connection's output that writers wait for no longer than a moment: once the pipe behind it stays full, it says so and drops what
/// comes.</summary>
/// <remarks>The pipe's pause threshold is the bound: a flush that does not complete at once is over it. A reader that is only late gets the
/// moment's grace, in which nothing more is written. One writer at a time, as with any <see cref="PipeWriter"/>; the hub sees to that. A record
/// is dropped whole or not at all.</remarks>
/// <param name="inner">The pipe.</param>
/// <param name="patience">Begins a moment's grace: completes when it is over.</param>
internal sealed class BoundedOutput(PipeWriter inner, Func<Task> patience) : PipeWriter
{
    private byte[] nowhere = [];
    private bool inRecord, dropsRecord;
    private volatile bool full;

    /// <summary>Called once a time the pipe stays full, with the flush that waits for the reader.</summary>
    public Action<Task> Full { get; set; } = static _ => { };

    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => inner.UnflushedBytes;

    /// <summary>Lets records through again.</summary>
    public void Reopen() => full = false;

    // A whole record, encoded before.
    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default) =>
        full ? default : WithGrace(inner.WriteAsync(source, cancellationToken));

    // The end of a record that was written in parts.
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        var drops = DropsRecord();
        inRecord = false;
        return drops ? default : WithGrace(inner.FlushAsync(cancellationToken));
    }

    public override Memory<byte> GetMemory(int sizeHint = 0) => DropsRecord() ? Nowhere(sizeHint) : inner.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => DropsRecord() ? Nowhere(sizeHint).Span : inner.GetSpan(sizeHint);

    public override void Advance(int bytes)
    {
        if (!dropsRecord)
            inner.Advance(bytes);
    }

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

    private bool DropsRecord()
    {
        if (!inRecord)
            (inRecord, dropsRecord) = (true, full);
        return dropsRecord;
    }

    private ValueTask<FlushResult> WithGrace(ValueTask<FlushResult> flush) => flush.IsCompleted ? flush : WithGraceAsync(flush.AsTask());

    private async ValueTask<FlushResult> WithGraceAsync(Task<FlushResult> flush)
    {
        if (await Task.WhenAny(flush, patience()) == flush)
            return await flush;
        full = true;
        Full(flush);
        return default;
    }

    private Memory<byte> Nowhere(int sizeHint)
    {
        if (nowhere.Length < Math.Max(sizeHint, 1))
            nowhere = new byte[Math.Max(sizeHint, 256)];
        return nowhere;
    }
}
