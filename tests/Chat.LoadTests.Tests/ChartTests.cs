using System.Xml.Linq;
using Chat.LoadTests.Charts;

namespace Chat.LoadTests.Tests;

public sealed class ChartTests
{
    [Fact]
    public void Bars_AreAsLongAsTheirValues()
    {
        var widths = Elements(BarChart.Draw("a < b", [("half", 500), ("whole", 1_000)]), "rect").Select(bar => (double)bar.Attribute("width")!).ToList();

        widths[0].Should().Be(widths[1] / 2);
    }

    [Fact]
    public void Lines_HaveTheirPointsAndNames()
    {
        var svg = LineChart.Draw("latency", ["50", "99"], isLogarithmic: true, [new("raw", [1, 10]), new("hub", [2, 0])]);

        Elements(svg, "polyline").Should().HaveCount(2);
        Elements(svg, "text").Select(text => text.Value).Should().Contain(["latency", "50", "99", "raw", "hub"]);
        svg.Should().NotContain("NaN").And.NotContain("Infinity");
    }

    [Fact]
    public void ChartWithoutValues_IsDrawn() => Elements(LineChart.Draw("nothing", [], isLogarithmic: false, []), "polyline").Should().BeEmpty();

    private static IEnumerable<XElement> Elements(string svg, string name) => XDocument.Parse(svg).Descendants("{http://www.w3.org/2000/svg}" + name);
}
