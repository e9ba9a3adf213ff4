using Chat.Server.Log;

namespace Chat.Server.Storage.Sqlite.Writing;

/// <summary>What waits for the writer, in order of arrival.</summary>
/// <remarks>Bounded by time: messages and values are refused when they would wait for too long, and once they have. Other works are the server's
/// own or are few, and wait behind at most so much. All works are bounded by bytes as well. Room is given back when work is done, not when it is taken.</remarks>
/// <param name="longestWait">How long a message may wait for the writer.</param>
/// <param name="time">Measures the waits.</param>
internal sealed class WriterQueue(TimeSpan longestWait, TimeProvider time)
{
    /// <summary>Most works of a batch, which is one commit and one step of delivery: beyond this many a commit costs no less a message.</summary>
    public const int MaxBatch = 1000;

    private const long MaxBytes = 64 << 20;

    // A batch larger than a quarter of what a reader may have queued would make healthy readers look slow.
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

    /// <summary>How far the writer is behind.</summary>
    public LogLoad Load => wait.Load;

    /// <summary>How long new work would wait, as estimated.</summary>
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
        // Not at once, but as soon as this thread is through with what it does: what came in one segment should share a commit.
        ThreadPool.UnsafeQueueUserWorkItem(static queue => queue.Wake(), this, preferLocal: true);
    }

    /// <summary>Adds work that is taken alone, and only once nothing else waits. There is one at a time; a closed queue drops it.</summary>
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

    /// <summary>Waits for work and takes what is there, up to a batch; false once the queue is closed and empty.</summary>
    /// <param name="batch">Gets what is to be done; nothing if all has expired.</param>
    /// <param name="expired">Gets what has waited for too long.</param>
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

    /// <summary>Refuses works that have waited for too long.</summary>
    public void Refuse(List<WriterWork> expired)
    {
        if (expired.Count == 0)
            return;
        var reason = new LogUnavailableException(LogUnavailableException.TooFarBehind);
        foreach (var work in expired)
            work.Failed(reason);
        var room = RoomOf(expired);
        lock (gate)
        {
            bytes -= room;
            wait.Dropped(expired.Count);
        }
    }

    /// <summary>Gives back the room of a batch that is done, whatever its outcome.</summary>
    public void Release(List<WriterWork> batch)
    {
        var (room, fullness) = (RoomOf(batch), batch.Sum(ShareOf));
        lock (gate)
        {
            bytes -= room;
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

    private static long RoomOf(List<WriterWork> works) => works.Sum(work => (long)work.Bytes);

    /// <summary>The part of a batch that a work fills.</summary>
    private static double ShareOf(WriterWork work) => Math.Max(1.0 / MaxBatch, (double)work.BytesToDeliver / MaxBatchBytesToDeliver);
}
