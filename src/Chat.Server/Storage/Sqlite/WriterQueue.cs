using Chat.Server.Messaging;

namespace Chat.Server.Storage.Sqlite;

/// <summary>What waits for the writer, in order of arrival.</summary>
/// <remarks>Bounded by bytes: 64 MiB is what the writer takes in a few seconds at full speed, so a full queue means that the log is stuck or
/// hopelessly behind, and an honest refusal is better than a longer wait. Room is given back when work is done, not when it is taken.</remarks>
internal sealed class WriterQueue
{
    /// <summary>Most works of a batch, which is one commit and one step of delivery: beyond this many a commit costs no less a message.</summary>
    public const int MaxBatch = 1000;

    private const long MaxBytes = 64 << 20;

    // A batch larger than a quarter of what a reader may have queued would make healthy readers look slow.
    private const int MaxBatchBytesToDeliver = 256 << 10;

    private readonly object gate = new();
    private readonly Queue<WriterWork> waiting = [];
    private WriterWork? whenIdle;
    private long bytes;
    private bool closed, writerWaits, wakes;

    public int Count
    {
        get { lock (gate) return waiting.Count; }
    }

    /// <exception cref="LogUnavailableException">The queue is full or closed.</exception>
    public void Add(WriterWork work)
    {
        lock (gate)
        {
            if (closed)
                throw new LogUnavailableException("The message log is closed. Nothing was stored.");
            if (bytes + work.Bytes > MaxBytes)
                throw new LogUnavailableException("The message log is too far behind. Nothing was stored.");
            bytes += work.Bytes;
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
    public bool Take(List<WriterWork> batch)
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
                    batch.Add(work);
                    return true;
                }
                writerWaits = true;
                Monitor.Wait(gate);
                writerWaits = false;
            }
            for (var size = 0; batch.Count < MaxBatch && size < MaxBatchBytesToDeliver && waiting.TryDequeue(out var work); size += work.BytesToDeliver)
                batch.Add(work);
            return true;
        }
    }

    /// <summary>Gives back the room of work that is done.</summary>
    public void Release(long done)
    {
        lock (gate)
            bytes -= done;
    }

    public void Close()
    {
        lock (gate)
        {
            closed = true;
            Monitor.PulseAll(gate);
        }
    }
}
