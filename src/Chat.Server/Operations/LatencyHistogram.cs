namespace Chat.Server.Operations;

/// <summary>Counts durations by their order of magnitude, eight steps to each doubling: exact to a tenth, which is more than anybody asks.</summary>
internal sealed class LatencyCounts
{
    private const int StepsPerDoubling = 8;
    private const int Doublings = 26; // a microsecond to a minute

    private readonly int[] counts = new int[StepsPerDoubling * Doublings];

    /// <summary>Safe for concurrent callers.</summary>
    public void Add(TimeSpan duration) =>
        Interlocked.Increment(ref counts[Math.Clamp((int)(Math.Log2(Math.Max(1, duration.TotalMicroseconds)) * StepsPerDoubling), 0, counts.Length - 1)]);

    /// <summary>The milliseconds that a share of the durations took at most; 0 when there were none.</summary>
    public static double Percentile(IReadOnlyList<LatencyCounts> all, double share)
    {
        var sums = Enumerable.Range(0, StepsPerDoubling * Doublings).Select(step => all.Sum(some => (long)some.counts[step])).ToList();
        var left = (long)Math.Ceiling(sums.Sum() * share);
        if (left == 0)
            return 0;
        var at = sums.FindIndex(count => (left -= count) <= 0);
        return Math.Round(Math.Pow(2, (at + 1.0) / StepsPerDoubling) / 1000, 3);
    }
}
