using System.Globalization;

namespace Chat.LoadTests.Charts;

/// <summary>Horizontal bars with their values.</summary>
internal static class BarChart
{
    private const int Top = 36, RowHeight = 26, Left = 160, Right = 90;

    public static string Draw(string title, IReadOnlyList<(string Name, double Value)> bars)
    {
        var svg = new Svg(title, Top + (bars.Count * RowHeight) + 10);
        var greatest = Math.Max(bars.Select(bar => bar.Value).DefaultIfEmpty().Max(), 1e-9);
        for (var i = 0; i < bars.Count; i++)
        {
            var (y, width) = (Top + (i * RowHeight), Math.Max(0, bars[i].Value / greatest * (Svg.Width - Left - Right)));
            svg.Text(Left - 8, y + 15, bars[i].Name, "end");
            svg.Rectangle(Left, y, width, RowHeight - 6, Svg.Color(i));
            svg.Text(Left + width + 6, y + 15, bars[i].Value.ToString(greatest >= 100 ? "N0" : "N1", CultureInfo.InvariantCulture));
        }
        return svg.ToString();
    }
}
