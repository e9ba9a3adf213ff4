using System.Globalization;
using System.Text;

namespace Chat.LoadTests.Results;

/// <summary>The medians as Markdown: a table a case, a line a server.</summary>
internal static class ResultTable
{
    // A column is shown if a server of the case has its figure.
    private static readonly (string Figure, string Title, string Format)[] Columns =
    [
        (Figure.Ready, "connections", "N0"),
        (Figure.Capacity, "capacity/s", "N0"),
        (Figure.Offered, "offered/s", "N0"),
        (Figure.Stored, "stored", "N0"),
        (Figure.Published, "published/s", "N0"),
        (Figure.Delivered, "delivered/s", "N0"),
        (Figure.Refused, "refused/s", "N0"),
        (Figure.PerCpuSecond, "per CPU second", "N0"),
        (Figure.CpuMicroseconds, "CPU µs/message", "N1"),
        (Figure.ServerCpu, "CPU %", "N1"),
        (Figure.P50, "p50 ms", "N2"),
        (Figure.P99, "p99 ms", "N2"),
        (Figure.P999, "p99.9 ms", "N2"),
        (Figure.ReceiptP99, "receipt p99 ms", "N2"),
        (Figure.KilobytesPerConnection, "KB/connection", "N1"),
        (Figure.AllocatedBytes, "allocated bytes", "N0"),
        (Figure.StartSeconds, "start s", "N1"),
        (Figure.RecoverySeconds, "recovery s", "N1"),
        (Figure.Closed, "closed", "N0"),
        (Figure.MemoryMegabytes, "MiB", "N0"),
        (Figure.GeneratorCpu, "generator %", "N0"),
    ];

    public static string Of(Summary summary)
    {
        var text = new StringBuilder();
        foreach (var theCase in summary.Cases)
        {
            var servers = summary.ServersOf(theCase).ToList();
            var columns = Columns.Where(column => servers.Exists(server => summary.Median(theCase, server, column.Figure) is not (null or 0))).ToList();
            var hasSync = servers.Exists(server => summary.Sync(theCase, server) is not null);
            text.Append(CultureInfo.InvariantCulture, $"### {theCase}\n\n");
            AppendLine(text, ["server", "rounds", .. columns.Select(column => column.Title), .. hasSync ? ["fdatasync p50, p99 ms"] : (string[])[]]);
            AppendLine(text, Enumerable.Repeat("---", columns.Count + (hasSync ? 3 : 2)));
            foreach (var server in servers)
                AppendLine(text, [
                    server, RoundsOf(summary, theCase, server),
                    .. columns.Select(column => summary.Median(theCase, server, column.Figure)?.ToString(column.Format, CultureInfo.InvariantCulture) ?? "–"),
                    .. hasSync ? [SyncOf(summary, theCase, server)] : (string[])[]]);
            text.Append('\n');
        }
        return text.ToString();
    }

    private static string RoundsOf(Summary summary, string theCase, string server) =>
        string.Create(CultureInfo.InvariantCulture, $"{summary.CountOf(theCase, server)}")
        + (summary.GeneratorBound(theCase, server) is > 0 and var bound ? string.Create(CultureInfo.InvariantCulture, $" ({bound} generator-bound)") : "");

    private static string SyncOf(Summary summary, string theCase, string server) =>
        summary.Sync(theCase, server) is { } sync ? string.Create(CultureInfo.InvariantCulture, $"{sync.Median:N2}, {sync.P99:N2}") : "–";

    public static void AppendLine(StringBuilder text, IEnumerable<string> cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
}
