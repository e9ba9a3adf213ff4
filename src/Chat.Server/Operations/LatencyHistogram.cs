namespace Chat.Server.Operations;

/// <summary>Counts durations in buckets, eight for each doubling. A percentile is exact to a tenth of its value.</summary>
internal sealed class LatencyHistogram
{
    private const int StepsPerDoubling = 8;
    private const int Doublings = 26; // a microsecond to a minute

    private readonly int[] counts = new int[StepsPerDoubling * Doublings];

    /// <summary>Counts a duration. Safe for concurrent callers.</summary>
    public void Add(TimeSpan duration) =>
        Interlocked.Increment(ref counts[Math.Clamp((int)(Math.Log2(Math.Max(1, duration.TotalMicroseconds)) * StepsPerDoubling), 0, counts.Length - 1)]);

    /// <summary>Returns the milliseconds that a share of the durations does not exceed; 0 if there are none.</summary>
    public static double Percentile(IReadOnlyList<LatencyHistogram> all, double share)
    {
        var sums = Enumerable.Range(0, StepsPerDoubling * Doublings).Select(step => all.Sum(some => (long)some.counts[step])).ToList();
        var left = (long)Math.Ceiling(sums.Sum() * share);
        if (left == 0)
            return 0;
        var at = sums.FindIndex(count => (left -= count) <= 0);
        return Math.Round(Math.Pow(2, (at + 1.0) / StepsPerDoubling) / 1000, 3);
    }
}
