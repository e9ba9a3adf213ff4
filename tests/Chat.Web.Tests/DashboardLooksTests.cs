using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit.Abstractions;
using static Microsoft.Playwright.Assertions;

namespace Chat.Web.Tests;

/// <summary>Accessibility and layout of the dashboard. The tests leave screenshots in the folder of that name.</summary>
public sealed class DashboardLooksTests(Browser browser, ITestOutputHelper output) : PageTest(browser, output)
{
    [Theory]
    [InlineData("light", ColorScheme.Light, 1360, 900)]
    [InlineData("dark", ColorScheme.Dark, 1360, 900)]
    [InlineData("phone", ColorScheme.Light, 390, 844)]
    public async Task DashboardUnderLoad_IsAccessibleAndFits(string name, ColorScheme scheme, int width, int height)
    {
        var page = await (await ContextAsync()).NewPageAsync();
        // Without reduced motion, colours in transition would be findings.
        await page.EmulateMediaAsync(new() { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
        await page.SetViewportSizeAsync(width, height);
        var dashboard = await DashboardPage.OpenAsync(page, Address);
        (await Accessibility.FindingsAsync(page)).Should().BeEmpty();
        await dashboard.EnterAsync(OperatorKey);
        await using var garden = await TalkAsync("#garden", 90, "alice", "bob", "carol");
        await using var kitchen = await TalkAsync("#kitchen", 30, "dave", "erin");
        await using var direct = new Load(await RawAsync("frank"), "frank:alice:hi", 20);
        await Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = "#kitchen" })).ToBeVisibleAsync();
        await dashboard.FindAsync("ali");
        await Expect(dashboard.Page.GetByText("Open exactly")).ToBeVisibleAsync();
        (await Accessibility.FindingsAsync(page)).Should().BeEmpty();
        await dashboard.User("alice").ClickAsync();
        await Expect(dashboard.Connections).ToContainTextAsync(["raw"]);
        await page.GetByRole(AriaRole.Button, new() { Name = "Ban" }).ClickAsync();
        (await Accessibility.FindingsAsync(page)).Should().BeEmpty();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator(".since")).ToContainTextAsync(new Regex("up [1-9][0-9]s"));
        await dashboard.Chart("Append latency").HoverAsync();
        (await Accessibility.FindingsAsync(page)).Should().BeEmpty();
        var overflow = await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - innerWidth");
        overflow.Should().BeLessThanOrEqualTo(0, because: "the page must not scroll sideways");
        await page.ScreenshotAsync(new() { Path = Repository.Screenshot($"dashboard-{name}"), FullPage = width < height });
        PageErrors.Should().BeEmpty(because: "the page must log no error and no violation of a policy");
    }

    [Fact]
    public async Task ChartLabels_DifferAndFit()
    {
        var page = await (await ContextAsync()).NewPageAsync();
        // Records the texts on each canvas since it was last cleared: they are not in the document.
        await page.AddInitScriptAsync("""
            const { clearRect, fillText } = CanvasRenderingContext2D.prototype;
            CanvasRenderingContext2D.prototype.clearRect = function (...where) {
              this.canvas.labels = [];
              clearRect.apply(this, where);
            };
            CanvasRenderingContext2D.prototype.fillText = function (text, ...where) {
              this.canvas.labels.push({ text, width: this.measureText(text).width / devicePixelRatio });
              fillText.call(this, text, ...where);
            };
            """);
        var dashboard = await DashboardPage.OpenAsync(page, Address);
        await dashboard.EnterAsync(OperatorKey);
        await Expect(dashboard.Chart("Open connections").Locator("b").First).ToHaveTextAsync("1");
        var labels = await page.EvaluateAsync<string[][]>("() => [...document.querySelectorAll('canvas')].map(({ labels }) => labels.map(({ text }) => text))");
        labels.Should().HaveCount(4).And.AllSatisfy(labels => labels.Should().HaveCountGreaterThan(4).And.OnlyHaveUniqueItems());
        var room = await page.EvaluateAsync<double[]>("""
            () => [...document.querySelectorAll(".plot")].map((plot) => {
              const widest = Math.max(...plot.querySelector("canvas").labels.filter(({ text }) => text.includes(":")).map(({ width }) => width));
              return plot.getBoundingClientRect().right - plot.querySelector(".u-over").getBoundingClientRect().right - widest / 2;
            })
            """);
        room.Should().HaveCount(4).And.AllSatisfy(room => room.Should().BePositive(because: "the time below the newest value must not be cut off"));
    }

    /// <summary>Joins the members to a room, and lets the first one send messages to it.</summary>
    private async Task<IAsyncDisposable> TalkAsync(string room, int aSecond, params string[] members)
    {
        var sender = await RawAsync(members[0]);
        await sender.SendAsync($"{members[0]}:{room}:");
        foreach (var member in members[1..])
            await (await RawAsync(member)).SendAsync($"{member}:{room}:");
        return new Load(sender, $"{members[0]}:{room}:a message as long as people write them", aSecond);
    }
}
