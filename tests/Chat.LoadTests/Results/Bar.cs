using System.Globalization;
using System.Text;

namespace Chat.LoadTests.Results;

/// <summary>A bar: a limit that a figure, or a ratio of two servers, has to keep.</summary>
/// <param name="Name">The promise in words.</param>
/// <param name="Value">Computes the value; null if it was not measured.</param>
/// <param name="Limit">The limit of the bar, and the one beyond it.</param>
/// <param name="IsLeast">Whether the limit is the least value rather than the greatest.</param>
internal sealed record Bar(string Name, Func<Summary, double?> Value, (double Bar, double Beyond) Limit, bool IsLeast)
{
    /// <summary>A limit that depends on what was measured, such as the disk; null for none.</summary>
    public Func<Summary, double>? OrLimit { get; init; }

    /// <summary>Returns the bars as a Markdown table.</summary>
    public static string Table(Summary summary, IEnumerable<Bar> bars)
    {
        var text = new StringBuilder();
        ResultTable.AppendLine(text, ["bar", "limit", "beyond", "measured", ""]);
        ResultTable.AppendLine(text, Enumerable.Repeat("---", 5));
        foreach (var bar in bars)
        {
            var sign = bar.IsLeast ? "≥ " : "≤ ";
            var limit = bar.LimitIn(summary);
            ResultTable.AppendLine(text, [
                bar.Name, sign + Text(limit), sign + Text(bar.Limit.Beyond), bar.Value(summary) is { } value ? Text(value) : "–", bar.Verdict(summary)]);
        }
        return text.ToString();
    }

    public string Verdict(Summary summary) => Value(summary) switch
    {
        null => "not measured",
        { } value when Keeps(value, Limit.Beyond) => "beyond",
        { } value when Keeps(value, LimitIn(summary)) => "kept",
        _ => "missed",
    };

    private double LimitIn(Summary summary) => OrLimit is null ? Limit.Bar : Math.Max(Limit.Bar, OrLimit(summary));

    private bool Keeps(double value, double limit) => IsLeast ? value >= limit : value <= limit;

    private static string Text(double value) => value.ToString(Math.Abs(value) >= 1_000 ? "N0" : "0.##", CultureInfo.InvariantCulture);
}
