using Chat.Server.Log;

namespace Chat.Server.Storage.Sqlite.Writing;

/// <summary>Estimates how long new work waits until it is completed: how many batches are ahead of it, times what a batch took of late.</summary>
/// <remarks>The age of the oldest work says too little: under a sudden load it is still young while the newest will wait for many seconds. The time of one
/// work says too much: a commit of one takes nearly as long as a commit of a thousand. So what is taken counts by batches, whatever they hold, and what
/// waits by the batches that it will fill. While nothing is completed the estimate is the time since something was. The queue's lock guards all
/// writes; reads take no lock.</remarks>
internal sealed class QueueWait(TimeProvider time, TimeSpan longest)
{
    // How long a completed batch counts for the estimate: some dozens of commits.
    private const double MemorySeconds = 0.5;

    // So few go into one commit: they wait for the one that runs and for their own, whatever a commit took before.
    private const int FewWorks = 32;

    private readonly double longestSeconds = longest.TotalSeconds;
    private int works, taken;
    private long progressAt;
    private double waiting, secondsPerBatch, secondsPerFullBatch;

    // Sums over completed batches, the older the less. They begin with ten of 20 ms: the first of a start is slow, and says little.
    private double count = 10, seconds = 0.2, share = 0.1, sharedSeconds = 0.002;

    /// <summary>Works that are not completed: those that wait, and those that the writer has taken.</summary>
    public int Works => Volatile.Read(ref works);

    public TimeSpan Current => TimeSpan.FromSeconds(Seconds);

    /// <remarks>It turns to <see cref="LogLoad.TooFarBehind"/> below the bound, because what is let in may have waited before, and waits afterwards for its delivery.</remarks>
    public LogLoad Load
    {
        get
        {
            var part = Seconds / longestSeconds;
            return part < 0.35 ? LogLoad.Normal : part < 0.5 ? LogLoad.Behind : LogLoad.TooFarBehind;
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
            var estimate = (Volatile.Read(ref taken) * Volatile.Read(ref secondsPerBatch)) + (Volatile.Read(ref waiting) * Volatile.Read(ref secondsPerFullBatch));
            return Math.Max(estimate, stalled);
        }
    }

    /// <param name="batches">The part of a batch that the work fills.</param>
    public void Added(double batches)
    {
        if (works == 0)
            Volatile.Write(ref progressAt, time.GetTimestamp());
        Volatile.Write(ref works, works + 1);
        Volatile.Write(ref waiting, waiting + batches);
    }

    /// <summary>Works wait no more: the writer has taken a batch of them, or they have expired.</summary>
    public void Taken(double batches, bool isBatch)
    {
        Volatile.Write(ref waiting, Math.Max(0, waiting - batches));
        if (isBatch)
            Volatile.Write(ref taken, taken + 1);
    }

    /// <summary>A batch is completed, whatever its outcome.</summary>
    /// <param name="batchWorks">How many works it held.</param>
    /// <param name="fullness">How full it was: more than 1 where its last work was large.</param>
    public void Completed(int batchWorks, double fullness)
    {
        var now = time.GetTimestamp();
        var elapsed = time.GetElapsedTime(progressAt, now).TotalSeconds;
        var kept = MemorySeconds / (MemorySeconds + elapsed);
        (count, seconds) = ((count * kept) + 1, (seconds * kept) + elapsed);
        // Fuller batches say more of what a full one takes; under a growing load the batches grow first.
        (share, sharedSeconds) = ((share * kept) + fullness, (sharedSeconds * kept) + (fullness * elapsed));
        Volatile.Write(ref secondsPerBatch, seconds / count);
        Volatile.Write(ref secondsPerFullBatch, sharedSeconds / share);
        Volatile.Write(ref progressAt, now);
        Volatile.Write(ref taken, taken - 1);
        Dropped(batchWorks);
    }

    /// <summary>Works are given up.</summary>
    public void Dropped(int given) => Volatile.Write(ref works, works - given);
}
