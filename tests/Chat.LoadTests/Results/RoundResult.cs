using System.Text.Json.Serialization;

namespace Chat.LoadTests.Results;

/// <summary>One finished round of a scenario against one server: a line of the results file.</summary>
/// <param name="Fingerprint">The sizes of the run. Only rounds of the same sizes are compared.</param>
/// <param name="Error">Why the round failed; null if it did not.</param>
internal sealed record RoundResult(
    string Scenario, string Server, int Round, string Fingerprint, DateTime FinishedAt, IReadOnlyList<CaseResult> Cases, string? Error = null)
{
    /// <summary>Median of writes of 4 KiB with fdatasync just before the round, in milliseconds; null if the server does not wait for the disk.</summary>
    public double? SyncMedian { get; init; }

    public double? SyncP99 { get; init; }
}

/// <summary>The figures of one measurement.</summary>
/// <param name="Case">The scenario, with a parameter where it has one, such as <c>rate-3000</c>.</param>
internal sealed record CaseResult(string Case, SortedDictionary<string, double> Figures)
{
    /// <summary>Whether the generator's core was so busy that this result does not count.</summary>
    public bool IsGeneratorBound { get; init; }

    public IReadOnlyList<LatencyPoint> Latency { get; init; } = [];

    /// <summary>Memory over time in MiB, where a scenario samples it.</summary>
    public IReadOnlyList<double> Memory { get; init; } = [];

    /// <summary>Messages that arrived during the measurement.</summary>
    [JsonIgnore]
    public long DeliveredInAll { get; init; }
}

/// <summary>A point of a latency distribution.</summary>
internal sealed record LatencyPoint(double Percent, double Milliseconds);
