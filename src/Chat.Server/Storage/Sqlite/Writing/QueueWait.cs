using Chat.Server.Log;

namespace Chat.Server.Storage.Sqlite.Writing;

/// <summary>Estimates how long a new work item waits until it is completed: the batches ahead of it, times the recent duration of a batch.</summary>
/// <remarks>The age of the oldest item is too low: under a sudden load it is young, while the newest item will wait for seconds. The time of one item is
/// too high: a commit of one item takes nearly as long as a commit of a thousand. So the estimate counts taken batches, and the batches that the waiting
/// items will fill. It is at least the time since the last completion. The queue's lock guards all writes; reads take no lock.</remarks>
internal sealed class QueueWait(TimeProvider time, TimeSpan longest)
{
    // Time for which a completed batch counts: some dozens of commits.
    private const double MemorySeconds = 0.5;

    // So few work items fit into one commit: they wait for the running commit and their own, whatever earlier ones took.
    private const int FewWorks = 32;

    // Parts of the longest wait. The upper one is below 1, because an accepted item may have waited before, and waits for its delivery afterwards.
    private const double BehindPart = 0.35;
    private const double TooFarBehindPart = 0.5;

    // The sums begin with these batches, because the first commit after a start is slow and not typical.
    private const double AssumedBatches = 10;
    private const double AssumedSeconds = 0.02;
    private const double AssumedFullness = 0.01;

    private readonly double longestSeconds = longest.TotalSeconds;
    private int works, taken;
    private long progressAt;
    private double waiting, secondsPerBatch, secondsPerFullBatch;

    // Sums over completed batches; older ones count less.
    private double count = AssumedBatches;
    private double seconds = AssumedBatches * AssumedSeconds;
    private double share = AssumedBatches * AssumedFullness;
    private double sharedSeconds = AssumedBatches * AssumedFullness * AssumedSeconds;

    /// <summary>Uncompleted work items: those that wait, and those that the writer has taken.</summary>
    public int Works => Volatile.Read(ref works);

    public TimeSpan Current => TimeSpan.FromSeconds(Seconds);

    public LogLoad Load
    {
        get
        {
            var part = Seconds / longestSeconds;
            return part < BehindPart ? LogLoad.Normal : part < TooFarBehindPart ? LogLoad.Behind : LogLoad.TooFarBehind;
        }
    }

    private double Seconds
    {
        get
        {
            var ahead = Works;
            if (ahead == 0)
                return 0;
            var stalled = time.GetElapsedTime(Volatile.Read(ref progressAt)).TotalSeconds;
            if (ahead < FewWorks)
                return stalled;
            var estimate = (Volatile.Read(ref taken) * Volatile.Read(ref secondsPerBatch))
                + (Volatile.Read(ref waiting) * Volatile.Read(ref secondsPerFullBatch));
            return Math.Max(estimate, stalled);
        }
    }

    /// <summary>Counts a work item that was added.</summary>
    /// <param name="batches">The part of a batch that the work item fills.</param>
    public void Added(double batches)
    {
        if (works == 0)
            Volatile.Write(ref progressAt, time.GetTimestamp());
        Volatile.Write(ref works, works + 1);
        Volatile.Write(ref waiting, waiting + batches);
    }

    /// <summary>Counts work items that have left the queue: as a batch, or because they expired.</summary>
    public void Taken(double batches, bool isBatch)
    {
        Volatile.Write(ref waiting, Math.Max(0, waiting - batches));
        if (isBatch)
            Volatile.Write(ref taken, taken + 1);
    }

    /// <summary>Counts a batch that succeeded or failed.</summary>
    /// <param name="batchWorks">Work items in the batch.</param>
    /// <param name="fullness">The filled part of the batch: more than 1 if its last item was large.</param>
    public void Completed(int batchWorks, double fullness)
    {
        var now = time.GetTimestamp();
        var elapsed = time.GetElapsedTime(progressAt, now).TotalSeconds;
        var kept = MemorySeconds / (MemorySeconds + elapsed);
        (count, seconds) = ((count * kept) + 1, (seconds * kept) + elapsed);
        // Weighted by fullness: fuller batches predict a full one better, and under a growing load batches grow first.
        (share, sharedSeconds) = ((share * kept) + fullness, (sharedSeconds * kept) + (fullness * elapsed));
        Volatile.Write(ref secondsPerBatch, seconds / count);
        Volatile.Write(ref secondsPerFullBatch, sharedSeconds / share);
        Volatile.Write(ref progressAt, now);
        Volatile.Write(ref taken, taken - 1);
        Dropped(batchWorks);
    }

    /// <summary>Counts work items that are done or have expired.</summary>
    public void Dropped(int dropped) => Volatile.Write(ref works, works - dropped);
}
