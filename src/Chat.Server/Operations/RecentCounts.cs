using System.Collections.Concurrent;

namespace Chat.Server.Operations;

/// <summary>The counts of the last seconds. Kept only while the server's statistics have a subscriber.</summary>
internal sealed class RecentCounts
{
    /// <summary>The number of seconds that are kept.</summary>
    public const int Seconds = 10;

    private readonly Queue<Second> seconds = new([new Second()]);
    private volatile Second current;

    public RecentCounts() => current = seconds.Peek();

    public double CommitMessages => Commits is > 0 and var commits ? Math.Round((double)seconds.Sum(second => second.Messages) / commits, 1) : 0;

    private long Commits => seconds.Sum(second => second.Commits);

    public void CountAppend(TimeSpan latency) => current.Latencies.Add(latency);

    public void CountCommit(int messages) => current.CountCommit(messages);

    public void CountDelivery(string room, int messages) =>
        current.Rooms.AddOrUpdate(room, static (_, first) => first, static (_, before, more) => before + more, messages);

    /// <inheritdoc cref="LatencyHistogram.Percentile"/>
    public double AppendPercentile(double share) => LatencyHistogram.Percentile([.. seconds.Select(second => second.Latencies)], share);

    public long MessagesOf(string room) => seconds.Sum(second => (long)second.Rooms.GetValueOrDefault(room));

    /// <summary>Starts the next second, and drops the oldest. Only the code that reads the counts may call it.</summary>
    public void Advance()
    {
        if (seconds.Count == Seconds)
            seconds.Dequeue();
        seconds.Enqueue(current = new Second());
    }

    private sealed class Second
    {
        private long commits, messages;

        public LatencyHistogram Latencies { get; } = new();
        public ConcurrentDictionary<string, int> Rooms { get; } = new(StringComparer.Ordinal);
        public long Commits => Interlocked.Read(ref commits);
        public long Messages => Interlocked.Read(ref messages);

        public void CountCommit(int count)
        {
            Interlocked.Increment(ref commits);
            Interlocked.Add(ref messages, count);
        }
    }
}
