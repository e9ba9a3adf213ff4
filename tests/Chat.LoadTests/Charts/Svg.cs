using System.Globalization;
using System.Net;
using System.Text;

namespace Chat.LoadTests.Charts;

/// <summary>A drawing of 720 pixels width that follows the reader's light or dark scheme.</summary>
internal sealed class Svg(string title, int height)
{
    public const int Width = 720;

    private static readonly string[] Colors = ["#4878d0", "#ee854a", "#6acc64", "#d65f5f", "#956cb4", "#8c613c", "#dc7ec0", "#797979", "#d5bb67", "#82c6e2"];

    private readonly StringBuilder text = new();

    public static string Color(int i) => Colors[i % Colors.Length];

    public void Rectangle(double x, double y, double width, double height, string color) =>
        Append($"<rect x=\"{x:0.#}\" y=\"{y:0.#}\" width=\"{width:0.#}\" height=\"{height:0.#}\" fill=\"{color}\"/>");

    public void Line(double x1, double y1, double x2, double y2) =>
        Append($"<line x1=\"{x1:0.#}\" y1=\"{y1:0.#}\" x2=\"{x2:0.#}\" y2=\"{y2:0.#}\" stroke=\"#888\" stroke-opacity=\"0.4\"/>");

    public void Curve(IEnumerable<(double X, double Y)> points, string color)
    {
        var path = string.Join(' ', points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{point.X:0.#},{point.Y:0.#}")));
        Append($"<polyline points=\"{path}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"2\"/>");
    }

    /// <param name="anchor"><c>start</c>, <c>middle</c> or <c>end</c>: the part of the text that is at x.</param>
    public void Text(double x, double y, string content, string anchor = "start") =>
        Append($"<text x=\"{x:0.#}\" y=\"{y:0.#}\" text-anchor=\"{anchor}\">{WebUtility.HtmlEncode(content)}</text>");

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $$"""
        <svg xmlns="http://www.w3.org/2000/svg" width="{{Width}}" height="{{height}}" viewBox="0 0 {{Width}} {{height}}" role="img">
        <title>{{WebUtility.HtmlEncode(title)}}</title>
        <style>text { font: 12px sans-serif; fill: #333 } @media (prefers-color-scheme: dark) { text { fill: #ddd } }</style>
        <text x="10" y="20" style="font-weight: bold">{{WebUtility.HtmlEncode(title)}}</text>
        {{text}}</svg>

        """);

    private void Append(FormattableString element) => text.Append(element.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
