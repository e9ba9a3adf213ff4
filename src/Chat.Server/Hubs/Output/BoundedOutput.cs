using System.Buffers;
using System.IO.Pipelines;

namespace Chat.Server.Hubs.Output;

/// <summary>A hub connection's output, which no writer ever waits for: what the pipe behind it does not take at once is queued here.</summary>
/// <remarks>
/// A record is what the hub writes at once: whole and encoded before when it goes to a group, in parts when it goes to this connection alone.
/// It is queued, and dropped, whole or not at all. A reader that stays behind with more than its bound is given up: its queue is forgotten,
/// and nothing that is written to a group reaches it any more. One writer at a time, as with any <see cref="PipeWriter"/>, which the hub sees
/// to; <see cref="Enqueue"/> may be called by anybody.
/// </remarks>
/// <param name="inner">The pipe. Its own threshold should be small: what is in it cannot be taken back.</param>
/// <param name="maxBytes">Most bytes that may stay queued; 0 for no bound.</param>
/// <param name="backlog">Counts what is queued beyond the bound.</param>
/// <param name="grace">Begins a moment in which a reader may be over its bound; completes when it is over.</param>
internal sealed class BoundedOutput(PipeWriter inner, int maxBytes, DeliveryBacklog backlog, Func<Task> grace) : PipeWriter
{
    private readonly Lock gate = new();
    private readonly Queue<Func<ReadOnlyMemory<byte>>> queue = [];
    private readonly ArrayBufferWriter<byte> parts = new();
    private RecordTarget target;
    private Task sending = Task.CompletedTask;
    private long queuedBytes, overBytes;
    private int crossings;
    private bool busy, givenUp, dropsGroups;

    private enum RecordTarget
    {
        None,
        Pipe,
        Queue,
        Nowhere,
    }

    /// <summary>Called when the reader is given up, with the sending that waits for it.</summary>
    public Action<Task> GivenUp { get; set; } = static _ => { };

    /// <summary>What is queued.</summary>
    public long QueuedBytes
    {
        get { lock (gate) return queuedBytes; }
    }

    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => inner.UnflushedBytes;

    /// <summary>Queues what is decided when its turn comes; may be empty by then.</summary>
    public void Enqueue(Func<ReadOnlyMemory<byte>> record)
    {
        lock (gate)
            if (givenUp || dropsGroups)
                return;
            else if (busy || target == RecordTarget.Pipe)
                queue.Enqueue(record);
            else if (record() is { IsEmpty: false } bytes)
                Watch(inner.WriteAsync(bytes));
    }

    /// <summary>Lets through again what is written to this connection alone.</summary>
    public void Reopen()
    {
        lock (gate)
            givenUp = false;
    }

    // A whole record: bytes that all readers of a group share.
    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        lock (gate)
            if (!givenUp && !dropsGroups)
                Send(source);
        return default;
    }

    public override Memory<byte> GetMemory(int sizeHint = 0) => Target() == RecordTarget.Pipe ? inner.GetMemory(sizeHint) : parts.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => Target() == RecordTarget.Pipe ? inner.GetSpan(sizeHint) : parts.GetSpan(sizeHint);

    public override void Advance(int bytes)
    {
        if (target == RecordTarget.Pipe)
            inner.Advance(bytes);
        else
            parts.Advance(bytes);
    }

    // The end of a record that was written in parts.
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            if (target == RecordTarget.Pipe)
                Watch(inner.FlushAsync(cancellationToken));
            else if (target == RecordTarget.Queue && !givenUp)
                Send(parts.WrittenMemory.ToArray());
            target = RecordTarget.None;
            parts.ResetWrittenCount();
        }
        return default;
    }

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

    private RecordTarget Target()
    {
        if (target == RecordTarget.None)
            lock (gate)
                target = givenUp ? RecordTarget.Nowhere : busy ? RecordTarget.Queue : RecordTarget.Pipe;
        return target;
    }

    private void Send(ReadOnlyMemory<byte> record)
    {
        if (!busy)
        {
            Watch(inner.WriteAsync(record));
            return;
        }
        queuedBytes += record.Length;
        queue.Enqueue(() =>
        {
            queuedBytes -= record.Length;
            return record;
        });
        CountOver();
    }

    /// <summary>The pipe takes no more, or things were queued while a record was written to it: then the queue is sent behind it.</summary>
    private void Watch(ValueTask<FlushResult> flush)
    {
        if (flush.IsCompleted && queue.Count == 0)
            return;
        busy = true;
        sending = SendQueueAsync(flush);
    }

    private async Task SendQueueAsync(ValueTask<FlushResult> flush)
    {
        try
        {
            await flush;
            while (TryTake(out var record))
                if (!record.IsEmpty)
                    await inner.WriteAsync(record);
        }
        catch (InvalidOperationException)
        {
            // The connection is over, and its pipe closed.
            lock (gate)
                GiveUp();
        }
    }

    private bool TryTake(out ReadOnlyMemory<byte> record)
    {
        lock (gate)
        {
            busy = queue.TryDequeue(out var next);
            record = busy ? next!() : default;
            CountOver();
            return busy;
        }
    }

    /// <summary>Keeps count of what is over the bound. Crossing it begins the moment of grace; to get below it in time ends the moment.</summary>
    private void CountOver()
    {
        var over = maxBytes == 0 ? 0 : Math.Max(0, queuedBytes - maxBytes);
        var before = overBytes;
        overBytes = over;
        backlog.Change(over - before);
        if (before == 0 && over > 0)
            _ = GiveUpAfterGraceAsync(++crossings);
    }

    private async Task GiveUpAfterGraceAsync(int crossing)
    {
        await grace();
        lock (gate)
        {
            if (overBytes == 0 || crossing != crossings)
                return;
            GiveUp();
        }
        GivenUp(sending);
    }

    private void GiveUp()
    {
        (givenUp, dropsGroups) = (true, true);
        queue.Clear();
        queuedBytes = 0;
        CountOver();
    }
}
