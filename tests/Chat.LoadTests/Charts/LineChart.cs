using System.Globalization;

namespace Chat.LoadTests.Charts;

/// <summary>Lines over equally spaced points, with a legend.</summary>
internal static class LineChart
{
    private const int Top = 40, Height = 260, Left = 70, Right = 190, Bottom = 40, Steps = 4;

    /// <param name="ticks">The names of the points; empty for none.</param>
    public static string Draw(string title, IReadOnlyList<string> ticks, bool isLogarithmic, IReadOnlyList<ChartLine> lines)
    {
        var svg = new Svg(title, Top + Height + Bottom);
        var values = lines.SelectMany(line => line.Values).Where(value => value > 0).ToList();
        var (low, high) = Range(values, isLogarithmic);
        for (var i = 0; i <= Steps; i++)
        {
            var y = Top + Height - (i * Height / (double)Steps);
            svg.Line(Left, y, Svg.Width - Right, y);
            svg.Text(Left - 8, y + 4, Unscale(low + (i * (high - low) / Steps), isLogarithmic).ToString("G3", CultureInfo.InvariantCulture), "end");
        }
        for (var i = 0; i < ticks.Count; i++)
            svg.Text(X(i, ticks.Count), Top + Height + 18, ticks[i], "middle");
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i];
            svg.Curve(line.Values.Select((value, at) =>
                (X(at, line.Values.Count), Top + Height - (Math.Clamp((Scale(value, isLogarithmic) - low) / (high - low), 0, 1) * Height))), Svg.Color(i));
            svg.Rectangle(Svg.Width - Right + 14, Top + (i * 20), 12, 12, Svg.Color(i));
            svg.Text(Svg.Width - Right + 32, Top + 11 + (i * 20), line.Name);
        }
        return svg.ToString();
    }

    private static (double Low, double High) Range(List<double> values, bool isLogarithmic)
    {
        if (values.Count == 0)
            return (0, 1);
        var low = isLogarithmic ? Math.Floor(Math.Log10(values.Min())) : 0;
        var high = isLogarithmic ? Math.Ceiling(Math.Log10(values.Max())) : values.Max() * 1.05;
        return (low, high > low ? high : low + 1);
    }

    private static double X(int i, int count) => Left + (i * (Svg.Width - Left - Right) / (double)Math.Max(1, count - 1));

    private static double Scale(double value, bool isLogarithmic) => isLogarithmic ? Math.Log10(Math.Max(value, 1e-6)) : value;

    private static double Unscale(double value, bool isLogarithmic) => isLogarithmic ? Math.Pow(10, value) : value;
}

/// <summary>One line of a chart.</summary>
internal sealed record ChartLine(string Name, IReadOnlyList<double> Values);
