using Chat.Server.Messaging;

namespace Chat.Server.Storage.Sqlite;

/// <summary>Estimates how long new work waits for the writer: what is ahead of it, times what one work took of late.</summary>
/// <remarks>The age of the oldest work says too little: under a sudden load it is still young while the newest will wait for many seconds.
/// While nothing is completed the estimate is the time since something was. The queue's lock guards all writes; reads take no lock.</remarks>
internal sealed class QueueWait(TimeProvider time, TimeSpan longest)
{
    // How long a completed work counts for the estimate: some dozens of commits.
    private const double MemorySeconds = 0.5;

    // So few go into one commit: they wait for the one that runs and for their own, whatever a single message took before.
    private const int FewWorks = 32;

    private readonly double longestSeconds = longest.TotalSeconds;
    private long ahead, progressAt;
    private double secondsPerWork, busySeconds, completed;

    public TimeSpan Current => TimeSpan.FromSeconds(Seconds);

    /// <remarks>It turns to <see cref="LogLoad.TooFarBehind"/> below the bound, because what is let in may have waited before, and waits afterwards for its delivery.</remarks>
    public LogLoad Load
    {
        get
        {
            var share = Seconds / longestSeconds;
            return share < 0.35 ? LogLoad.Normal : share < 0.5 ? LogLoad.Behind : LogLoad.TooFarBehind;
        }
    }

    private double Seconds
    {
        get
        {
            var works = Volatile.Read(ref ahead);
            if (works == 0)
                return 0;
            var stalled = time.GetElapsedTime(Volatile.Read(ref progressAt)).TotalSeconds;
            return Math.Max(works < FewWorks ? 0 : works * Volatile.Read(ref secondsPerWork), stalled);
        }
    }

    public void Added()
    {
        if (ahead == 0)
            Volatile.Write(ref progressAt, time.GetTimestamp());
        Volatile.Write(ref ahead, ahead + 1);
    }

    /// <summary>Works are completed, whatever their outcome.</summary>
    public void Completed(int works)
    {
        var now = time.GetTimestamp();
        var seconds = time.GetElapsedTime(progressAt, now).TotalSeconds;
        var kept = MemorySeconds / (MemorySeconds + seconds);
        busySeconds = (busySeconds * kept) + seconds;
        completed = (completed * kept) + works;
        Volatile.Write(ref secondsPerWork, busySeconds / completed);
        Volatile.Write(ref progressAt, now);
        Volatile.Write(ref ahead, ahead - works);
    }
}
