using Chat.LoadTests.Scenarios;

namespace Chat.LoadTests.Results;

/// <summary>The bars of docs/performance.md.</summary>
internal static class Bars
{
    /// <summary>The servers and scenarios that the bars need.</summary>
    public static IReadOnlyDictionary<string, string[]> Plan { get; } = new Dictionary<string, string[]>
    {
        ["pairs"] = ["relay", "socket.io", "chat-raw", "signalr", "chat-hub"],
        ["rate"] = ["signalr", "chat-hub"],
        ["fan-out"] = ["signalr", "chat-hub", "chat-raw"],
        ["idle"] = ["relay", "chat-raw", "signalr", "chat-hub"],
        ["storm"] = ["chat-raw", "chat-hub"],
        ["pipeline"] = ["chat-raw", "chat-hub"],
        ["overload"] = ["chat-raw", "chat-hub"],
        ["growth"] = ["chat-raw"],
    };

    public static IReadOnlyList<Bar> Of(LabOptions options) =>
    [
        Ratio("raw pairs ÷ relay, per CPU second", "pairs", "chat-raw", "relay", Figure.PerCpuSecond, (0.5, 0.7), isLeast: true),
        Ratio("raw pairs ÷ socket.io, per CPU second", "pairs", "chat-raw", "socket.io", Figure.PerCpuSecond, (1.2, 1.2), isLeast: true),
        Ratio("hub pairs ÷ plain SignalR, per CPU second", "pairs", "chat-hub", "signalr", Figure.PerCpuSecond, (0.8, 1.2), isLeast: true),
        .. options.Rates.SelectMany(OpenLoop),
        .. Of("overload p99 of accepted, {0}, ms", "overload", Figure.P99, (3_000, 1_000), isLeast: false),
        .. Of("overload memory growth, {0}, MiB", "overload", Figure.MemoryGrowth, (50, 20), isLeast: false),
        Ratio("fan-out hub ÷ plain SignalR, per CPU second", "fan-out", "chat-hub", "signalr", Figure.PerCpuSecond, (1, 1.5), isLeast: true),
        Ratio("fan-out raw ÷ plain SignalR, per CPU second", "fan-out", "chat-raw", "signalr", Figure.PerCpuSecond, (1, 1.5), isLeast: true),
        Absolute("allocated a raw message, bytes", "pairs", "chat-raw", Figure.AllocatedBytes, (1_500, 700), isLeast: false),
        Absolute("allocated a hub message, bytes", "pairs", "chat-hub", Figure.AllocatedBytes, (3_000, 1_500), isLeast: false),
        .. Idle(),
        .. Of("recovery of 10 000 clients, {0}, s", "storm", Figure.RecoverySeconds, (15, 5), isLeast: false),
        .. Of("one sender pipelining, {0}, messages/s", "pipeline", Figure.Delivered, (20_000, 60_000), isLeast: true),
        Growth("cost with many connections ÷ with few", GrowthScenario.ConnectionsCase, options.GrowthConnections),
        Growth("cost with many stored messages ÷ with few", GrowthScenario.StoredCase, options.GrowthStored),
    ];

    private static IEnumerable<Bar> OpenLoop(int rate)
    {
        var theCase = RateScenario.CaseOf(rate);
        yield return Ratio($"CPU at {rate}/s, hub ÷ plain SignalR", theCase, "chat-hub", "signalr", Figure.ServerCpu, (1.5, 1), isLeast: false);
        // Three times the disk's p99, where that is more.
        yield return Absolute($"p99 at {rate}/s, hub, ms", theCase, "chat-hub", Figure.P99, (10, 5), isLeast: false) with
        {
            OrLimit = summary => 3 * (summary.Sync(theCase, "chat-hub")?.P99 ?? 0),
        };
    }

    private static IEnumerable<Bar> Idle()
    {
        var theCase = IdleScenario.CaseOf(5_000);
        yield return Difference("idle memory, raw − relay, KB", theCase, "chat-raw", "relay", Figure.KilobytesPerConnection, (4, 4));
        yield return Absolute("idle memory, raw, KB", theCase, "chat-raw", Figure.KilobytesPerConnection, (double.PositiveInfinity, 16), isLeast: false);
        yield return Difference("idle memory, hub − plain SignalR, KB", theCase, "chat-hub", "signalr", Figure.KilobytesPerConnection, (0, 0));
        yield return Difference("idle CPU of 5 000, hub − plain SignalR, points", theCase, "chat-hub", "signalr", Figure.ServerCpu, (1, 0));
        yield return Difference("idle CPU of 5 000, raw − plain SignalR, points", theCase, "chat-raw", "signalr", Figure.ServerCpu, (1, 0));
    }

    private static IEnumerable<Bar> Of(string name, string theCase, string figure, (double, double) limit, bool isLeast) =>
        new[] { "chat-raw", "chat-hub" }.Select(server => Absolute(name.Replace("{0}", server, StringComparison.Ordinal), theCase, server, figure, limit, isLeast));

    private static Bar Absolute(string name, string theCase, string server, string figure, (double, double) limit, bool isLeast) =>
        new(name, summary => summary.Median(theCase, server, figure), limit, isLeast);

    private static Bar Ratio(string name, string theCase, string server, string reference, string figure, (double, double) limit, bool isLeast) =>
        new(name, summary => summary.Ratio(theCase, server, reference, figure), limit, isLeast);

    private static Bar Difference(string name, string theCase, string server, string reference, string figure, (double, double) limit) =>
        new(name, summary => summary.Median(theCase, server, figure) - summary.Median(theCase, reference, figure), limit, IsLeast: false);

    private static Bar Growth(string name, Func<int, string> theCase, IReadOnlyList<int> sizes) =>
        new(name, summary => summary.Median(theCase(sizes.Max()), "chat-raw", Figure.CpuMicroseconds)
            / summary.Median(theCase(sizes.Min()), "chat-raw", Figure.CpuMicroseconds), (1.3, 1.05), IsLeast: false);
}
