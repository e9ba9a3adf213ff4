using System.Buffers;
using System.IO.Pipelines;

namespace Chat.Server.Hubs.Output;

/// <summary>The output of a hub connection. It never makes a writer wait: it queues the records that the pipe behind it does not accept at once.</summary>
/// <remarks>
/// A record is one message of the hub. SignalR writes a record for a group whole and already encoded, and a record for this connection alone in parts.
/// The output queues and drops whole records only. A client that stays over its bound loses its queue, and receives no more records for groups.
/// One writer at a time, as with any <see cref="PipeWriter"/>: SignalR ensures it. <see cref="Enqueue"/> is thread-safe.
/// </remarks>
/// <param name="inner">The pipe. Its own threshold should be small: bytes in the pipe cannot be taken back.</param>
/// <param name="maxBytes">Most bytes that may stay queued; 0 for no bound.</param>
/// <param name="backlog">Counts the bytes that are queued beyond the bound.</param>
/// <param name="grace">Starts a period in which the client may be over its bound; completes when the period ends.</param>
internal sealed class BoundedOutput(PipeWriter inner, int maxBytes, DeliveryBacklog backlog, Func<Task> grace) : PipeWriter
{
    private readonly Lock gate = new();
    private readonly Queue<QueuedRecord> queue = [];
    private readonly ArrayBufferWriter<byte> parts = new();
    private State state;

    // Takes the parts of the current record: the pipe, or a buffer while records are queued or dropped; null between two records.
    private IBufferWriter<byte>? target;
    private Task sending = Task.CompletedTask;
    private bool isSending;
    private long queuedBytes, overBytes;
    private int crossings;

    private enum State
    {
        Open, // every record is sent
        Dropping, // none is: the client stayed over its bound, or the connection has ended
        Reopened, // records for this connection alone are sent
    }

    /// <summary>Called when the client has stayed over its bound, with the send that is still pending.</summary>
    public Action<Task> BoundExceeded { get; set; } = static _ => { };

    /// <summary>The bytes that are queued.</summary>
    public long QueuedBytes
    {
        get { lock (gate) return queuedBytes; }
    }

    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => inner.UnflushedBytes;

    /// <summary>Queues a record that is made when its turn comes. An empty one is not sent.</summary>
    public void Enqueue(Func<ReadOnlyMemory<byte>> make)
    {
        lock (gate)
            if (state != State.Open)
                return;
            else if (isSending || target == inner)
                queue.Enqueue(new QueuedRecord(default, make));
            else if (make() is { IsEmpty: false } record)
                SendQueueAfter(inner.WriteAsync(record));
    }

    /// <summary>Sends records for this connection alone again.</summary>
    public void Reopen()
    {
        lock (gate)
            if (state == State.Dropping)
                state = State.Reopened;
    }

    // A whole record: bytes that all connections of a group share.
    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        lock (gate)
            if (state == State.Open)
                Send(source);
        return default;
    }

    public override Memory<byte> GetMemory(int sizeHint = 0) => Target().GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => Target().GetSpan(sizeHint);

    public override void Advance(int bytes) => (target ?? parts).Advance(bytes);

    // The end of a record that was written in parts.
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            if (target == inner)
                SendQueueAfter(inner.FlushAsync(cancellationToken));
            else if (target == parts && state != State.Dropping)
                Send(parts.WrittenMemory.ToArray());
            target = null;
            parts.ResetWrittenCount();
        }
        return default;
    }

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

    private IBufferWriter<byte> Target()
    {
        if (target is null)
            lock (gate)
                target = isSending || state == State.Dropping ? parts : inner;
        return target;
    }

    // Called under the lock, as SendQueueAfter, CountOver and Drop are.
    private void Send(ReadOnlyMemory<byte> record)
    {
        if (!isSending)
        {
            SendQueueAfter(inner.WriteAsync(record));
            return;
        }
        queuedBytes += record.Length;
        queue.Enqueue(new QueuedRecord(record, null));
        CountOver();
    }

    /// <summary>Sends the queue after a flush, unless the flush has completed and the queue is empty.</summary>
    private void SendQueueAfter(ValueTask<FlushResult> flush)
    {
        if (flush.IsCompleted && queue.Count == 0)
            return;
        isSending = true;
        sending = SendQueueAsync(flush);
    }

    private async Task SendQueueAsync(ValueTask<FlushResult> flush)
    {
        try
        {
            await flush;
            while (TryDequeue(out var record))
                if (!record.IsEmpty)
                    await inner.WriteAsync(record);
        }
        catch (InvalidOperationException)
        {
            // The connection has ended, and its pipe is completed.
            lock (gate)
                Drop();
        }
    }

    private bool TryDequeue(out ReadOnlyMemory<byte> record)
    {
        lock (gate)
        {
            isSending = queue.TryDequeue(out var next);
            record = next.Make is { } make ? make() : next.Bytes;
            queuedBytes -= next.Bytes.Length;
            CountOver();
            return isSending;
        }
    }

    /// <summary>Counts the bytes over the bound. The grace period starts when the client crosses the bound, and is void once the client is below it.</summary>
    private void CountOver()
    {
        var over = maxBytes == 0 ? 0 : Math.Max(0, queuedBytes - maxBytes);
        var before = overBytes;
        overBytes = over;
        backlog.Change(over - before);
        if (before == 0 && over > 0)
            _ = DropAfterGraceAsync(++crossings);
    }

    private async Task DropAfterGraceAsync(int crossing)
    {
        await grace();
        lock (gate)
        {
            if (overBytes == 0 || crossing != crossings)
                return;
            Drop();
        }
        BoundExceeded(sending);
    }

    private void Drop()
    {
        state = State.Dropping;
        queue.Clear();
        queuedBytes = 0;
        CountOver();
    }

    /// <summary>A queued record: its bytes, or the function that makes them when they are sent.</summary>
    private readonly record struct QueuedRecord(ReadOnlyMemory<byte> Bytes, Func<ReadOnlyMemory<byte>>? Make);
}
