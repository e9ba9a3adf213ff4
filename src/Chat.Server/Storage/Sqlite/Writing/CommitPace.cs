namespace Chat.Server.Storage.Sqlite.Writing;

/// <summary>Decides how long the writer gathers works before it takes a batch, because a commit costs nearly the same for one work as for many.</summary>
/// <remarks>The interval between two batches grows while batches have several works, up to a bound, and shrinks to nothing while they have one: a
/// client that waits for each receipt gains nothing from a pause. The writer does not wait on when arrivals pause: senders that wait for their
/// receipts have then all come. Belongs to <see cref="WriterQueue"/>, under its lock.</remarks>
/// <param name="longest">Longest time from one batch to the next; 0 for no pause.</param>
/// <param name="time">Measures the arrivals.</param>
internal sealed class CommitPace(TimeSpan longest, TimeProvider time)
{
    // The resolution of a timed wait.
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(1);

    // Works that arrive independently of each other rarely pause for so many times their mean distance (e^-4 is 2 %).
    private const int PauseFactor = 4;

    private TimeSpan interval;
    private long takenAt, firstAt, lastAt;
    private int arrived;

    /// <summary>Counts a work that was added at a timestamp.</summary>
    public void Added(long at)
    {
        if (arrived++ == 0)
            firstAt = at;
        lastAt = at;
    }

    /// <summary>Counts a batch that the writer takes now.</summary>
    public void Taken(int works)
    {
        takenAt = time.GetTimestamp();
        arrived = 0;
        var next = works > 1 ? TimeSpan.FromTicks(Math.Max(interval.Ticks * 2, Least.Ticks)) : interval / 2;
        interval = next < Least ? TimeSpan.Zero : next < longest ? next : longest;
    }

    /// <summary>Returns the milliseconds to wait before the next look; 0 when a batch is due.</summary>
    public int Delay()
    {
        if (interval == TimeSpan.Zero)
            return 0;
        var now = time.GetTimestamp();
        var rest = interval - time.GetElapsedTime(takenAt, now);
        if (rest < Least / 2 || (arrived > 1 && Pauses(now)))
            return 0;
        return arrived == 0 ? (int)Math.Round(rest.TotalMilliseconds) : (int)Least.TotalMilliseconds;
    }

    private bool Pauses(long now) => now - lastAt > Math.Max(PauseFactor * (lastAt - firstAt) / (arrived - 1), Least.Ticks * time.TimestampFrequency / (2 * TimeSpan.TicksPerSecond));
}
