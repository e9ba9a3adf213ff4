using System.Globalization;
using Chat.LoadTests.Results;

namespace Chat.LoadTests.Charts;

/// <summary>The charts of a run: throughput, latency distributions, memory and CPU of idle connections, growth, and memory under overload.</summary>
internal static class ResultCharts
{
    /// <summary>Returns names and SVG texts of the charts that have something to show.</summary>
    public static IEnumerable<(string Name, string Svg)> Of(Summary summary)
    {
        foreach (var theCase in summary.Cases.Where(name => name is "pairs" or "fan-out" or "pipeline"))
            yield return (theCase, BarChart.Draw($"{theCase}: delivered per CPU second", Values(summary, theCase, Figure.PerCpuSecond)));
        foreach (var theCase in summary.Cases.Where(name => name.StartsWith("rate-", StringComparison.Ordinal)))
            yield return (theCase + "-latency", LineChart.Draw($"{theCase}: latency (ms, logarithmic) by percentile", PercentileTicks, isLogarithmic: true, Latencies(summary, theCase)));
        foreach (var theCase in summary.Cases.Where(name => name.StartsWith("idle-", StringComparison.Ordinal)))
        {
            yield return (theCase + "-memory", BarChart.Draw($"{theCase}: KB a connection", Values(summary, theCase, Figure.KilobytesPerConnection)));
            yield return (theCase + "-cpu", BarChart.Draw($"{theCase}: CPU %", Values(summary, theCase, Figure.ServerCpu)));
        }
        foreach (var growth in new[] { "growth-connections", "growth-stored" })
            if (Growth(summary, growth) is { Ticks.Length: > 0 } lines)
                yield return (growth, LineChart.Draw($"{growth}: CPU µs a message", lines.Ticks, isLogarithmic: false, lines.Series));
        if (Memory(summary) is { Length: > 0 } memory)
            yield return ("overload-memory", LineChart.Draw("overload: MiB over time", [], isLogarithmic: false, memory));
    }

    private static readonly string[] PercentileTicks = ["50", "75", "90", "95", "99", "99.5", "99.9", "99.99"];

    private static (string, double)[] Values(Summary summary, string theCase, string figure) =>
        [.. summary.ServersOf(theCase).Select(server => (server, summary.Median(theCase, server, figure) ?? 0))];

    private static ChartLine[] Latencies(Summary summary, string theCase) =>
        [.. summary.ServersOf(theCase).Select(server => new ChartLine(server, [.. summary.Latency(theCase, server).Select(point => point.Milliseconds)]))];

    private static (string[] Ticks, ChartLine[] Series) Growth(Summary summary, string prefix)
    {
        var cases = summary.Cases.Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .OrderBy(name => int.Parse(name[(prefix.Length + 1)..], CultureInfo.InvariantCulture)).ToList();
        var servers = cases.SelectMany(summary.ServersOf).Distinct();
        return ([.. cases.Select(name => name[(prefix.Length + 1)..])],
            [.. servers.Select(server => new ChartLine(server, [.. cases.Select(theCase => summary.Median(theCase, server, Figure.CpuMicroseconds) ?? 0)]))]);
    }

    private static ChartLine[] Memory(Summary summary) =>
        [.. summary.ServersOf("overload").Select(server => new ChartLine(server, summary.Memory("overload", server))).Where(line => line.Values.Count > 0)];
}
