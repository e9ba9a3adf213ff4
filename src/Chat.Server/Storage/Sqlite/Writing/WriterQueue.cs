using Chat.Server.Log;

namespace Chat.Server.Storage.Sqlite.Writing;

/// <summary>The work items that wait for the writer, in order of arrival. Safe for concurrent callers.</summary>
/// <remarks>The queue is bounded by time: it refuses messages and values that would wait too long, and those that did. Other work items are few, and
/// never expire. The queue is bounded by bytes, too: the bytes of a work item count until it is completed.</remarks>
/// <param name="longestWait">Longest wait of a message.</param>
/// <param name="time">Measures the waits.</param>
internal sealed class WriterQueue(TimeSpan longestWait, TimeProvider time)
{
    /// <summary>Most work items in a batch, which is one commit and one step of delivery. Larger commits cost no less per message.</summary>
    public const int MaxBatch = 1000;

    private const long MaxBytes = 64 << 20;

    // A quarter of LimitsOptions.MaxQueuedBytes (its default). A larger batch would make healthy connections look slow.
    private const int MaxBatchBytesToDeliver = 256 << 10;

    private readonly object gate = new();
    private readonly Queue<WriterWork> waiting = [];
    private readonly QueueWait wait = new(time, longestWait);
    private WriterWork? whenIdle;
    private long bytes;
    private bool closed, writerWaits, wakes;

    public int Count
    {
        get { lock (gate) return waiting.Count; }
    }

    /// <inheritdoc cref="QueueWait.Works"/>
    public int Uncompleted => wait.Works;

    public LogLoad Load => wait.Load;

    /// <summary>Estimated wait of a new work item.</summary>
    public TimeSpan Wait => wait.Current;

    /// <exception cref="LogUnavailableException">The queue is closed or full, or a message would wait in it for too long.</exception>
    public void Add(WriterWork work)
    {
        if (work.MayExpire)
        {
            if (Load == LogLoad.TooFarBehind)
                throw new LogUnavailableException(LogUnavailableException.TooFarBehind);
            work.AddedAt = time.GetTimestamp();
        }
        lock (gate)
        {
            if (closed)
                throw new LogUnavailableException("The message log is closed. Nothing was stored.");
            if (bytes + work.Bytes > MaxBytes)
                throw new LogUnavailableException(LogUnavailableException.TooFarBehind);
            Account(work);
            waiting.Enqueue(work);
            if (!writerWaits || wakes)
                return;
            wakes = true;
        }
        // Wakes the writer only after this thread's current work item: messages of one network segment should share a commit.
        ThreadPool.UnsafeQueueUserWorkItem(static queue => queue.Wake(), this, preferLocal: true);
    }

    /// <summary>Adds a work item that the writer takes alone, when no other waits. The queue holds one such item; a closed queue drops it.</summary>
    public void AddWhenIdle(WriterWork work)
    {
        lock (gate)
        {
            if (closed)
                return;
            whenIdle = work;
            Monitor.Pulse(gate);
        }
    }

    private void Wake()
    {
        lock (gate)
        {
            wakes = false;
            Monitor.Pulse(gate);
        }
    }

    /// <summary>Waits for work items and takes up to a batch of them; false once the queue is closed and empty.</summary>
    /// <param name="batch">Receives the work items to do; none if all have expired.</param>
    /// <param name="expired">Receives the work items that waited too long.</param>
    public bool Take(List<WriterWork> batch, List<WriterWork> expired)
    {
        lock (gate)
        {
            while (waiting.Count == 0)
            {
                if (closed)
                    return false;
                if (whenIdle is { } work)
                {
                    whenIdle = null;
                    Account(work);
                    batch.Add(work);
                    wait.Taken(ShareOf(work), isBatch: true);
                    return true;
                }
                writerWaits = true;
                Monitor.Wait(gate);
                writerWaits = false;
            }
            var now = time.GetTimestamp();
            for (var size = 0; batch.Count < MaxBatch && expired.Count < MaxBatch && size < MaxBatchBytesToDeliver && waiting.TryDequeue(out var work);)
                if (work.MayExpire && time.GetElapsedTime(work.AddedAt, now) > longestWait)
                    expired.Add(work);
                else
                {
                    batch.Add(work);
                    size += work.BytesToDeliver;
                }
            wait.Taken(batch.Sum(ShareOf) + expired.Sum(ShareOf), isBatch: batch.Count > 0);
            return true;
        }
    }

    /// <summary>Fails work items that waited too long.</summary>
    public void Refuse(List<WriterWork> expired)
    {
        if (expired.Count == 0)
            return;
        var reason = new LogUnavailableException(LogUnavailableException.TooFarBehind);
        foreach (var work in expired)
            work.Fail(reason);
        var released = BytesOf(expired);
        lock (gate)
        {
            bytes -= released;
            wait.Dropped(expired.Count);
        }
    }

    /// <summary>Releases the bytes of a batch that is done, whether it succeeded or failed.</summary>
    public void Release(List<WriterWork> batch)
    {
        var (released, fullness) = (BytesOf(batch), batch.Sum(ShareOf));
        lock (gate)
        {
            bytes -= released;
            wait.Completed(batch.Count, fullness);
        }
    }

    public void Close()
    {
        lock (gate)
        {
            closed = true;
            Monitor.PulseAll(gate);
        }
    }

    private void Account(WriterWork work)
    {
        bytes += work.Bytes;
        wait.Added(ShareOf(work));
    }

    private static long BytesOf(List<WriterWork> works) => works.Sum(work => (long)work.Bytes);

    /// <summary>Returns the part of a batch that a work item fills.</summary>
    private static double ShareOf(WriterWork work) => Math.Max(1.0 / MaxBatch, (double)work.BytesToDeliver / MaxBatchBytesToDeliver);
}
