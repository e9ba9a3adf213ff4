using Microsoft.Playwright;
using Xunit.Abstractions;
using static Microsoft.Playwright.Assertions;

namespace Chat.Web.Tests;

public sealed class DashboardTests(Browser browser, ITestOutputHelper output) : PageTest(browser, output)
{
    [Fact]
    public async Task Figures_FollowTheTraffic()
    {
        var dashboard = await OpenDashboardAsync();
        await dashboard.IsLiveAsync();
        await Expect(dashboard.Figure("Messages in")).ToHaveTextAsync("0");
        var alice = await RawAsync("alice");
        await alice.SendAsync("alice:#garden:");
        await using (new Load(alice, "alice:#garden:roses"))
        {
            await Expect(dashboard.Figure("Messages in")).Not.ToHaveTextAsync("0");
            await Expect(dashboard.Figure("Messages out")).Not.ToHaveTextAsync("0");
            await Expect(dashboard.Figure("Append p99")).Not.ToHaveTextAsync("0 ms");
            await Expect(dashboard.Figure("Batch size")).Not.ToHaveTextAsync("0");
            await Expect(dashboard.Figure("Connections")).ToHaveTextAsync("2");
            await Expect(dashboard.Page.GetByText("1 hub · 1 raw")).ToBeVisibleAsync();
            await Expect(dashboard.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "#garden" })).ToBeVisibleAsync();
            await Expect(dashboard.Chart("Messages a second").Locator("b").First).Not.ToHaveTextAsync("0");
        }
        await Expect(dashboard.Figure("Messages in")).ToHaveTextAsync("0");
        PageErrors.Should().BeEmpty(because: "the page must log no error");
    }

    [Fact]
    public async Task User_IsFoundKickedAndBanned()
    {
        var alice = await RawAsync("alice");
        await RawAsync("bob");
        var dashboard = await OpenDashboardAsync();
        await dashboard.FindAsync("al");
        await Expect(dashboard.User("bob")).ToBeHiddenAsync();
        await dashboard.User("alice").ClickAsync();
        await Expect(dashboard.Connections).ToContainTextAsync(["raw"]);

        await dashboard.DoAsync("End connections");
        (await alice.ReceiveCloseAsync()).Should().Be(4403);
        await Expect(dashboard.Status).ToHaveTextAsync("1 connection of alice was ended.");
        await Expect(dashboard.Page.GetByText("No open connection.")).ToBeVisibleAsync();

        alice = await RawAsync("alice");
        await Expect(dashboard.Connections).ToContainTextAsync(["raw"]);
        await dashboard.DoAsync("Ban");
        (await alice.ReceiveCloseAsync()).Should().Be(4403);
        await Expect(dashboard.Status).ToHaveTextAsync("alice is banned.");
        (await (await RawAsync("alice")).ReceiveCloseAsync()).Should().Be(4403, because: "the ban lasts");

        await dashboard.DoAsync("End the ban");
        await Expect(dashboard.Status).ToHaveTextAsync("alice is no longer banned.");
        await RawAsync("alice");
        await Expect(dashboard.Connections).ToContainTextAsync(["raw"]);
        PageErrors.Should().BeEmpty(because: "the page must log no error");
    }

    [Fact]
    public async Task UnknownUser_CanBeBanned()
    {
        await RawAsync("alice");
        var dashboard = await OpenDashboardAsync();
        await dashboard.FindAsync("alice");
        await Expect(dashboard.Status).ToHaveTextAsync("1 user");
        await Expect(dashboard.Page.GetByText("Open exactly")).ToBeHiddenAsync();
        await dashboard.FindAsync("ali");
        await dashboard.Page.GetByRole(AriaRole.Button, new() { Name = "Open exactly “ali”" }).ClickAsync();
        await dashboard.DoAsync("Ban");
        await Expect(dashboard.Status).ToHaveTextAsync("ali is banned.");
        (await (await RawAsync("ali")).ReceiveCloseAsync()).Should().Be(4403, because: "the user was banned before its first connection");
    }

    [Fact]
    public async Task OwnConnection_IsNotFound()
    {
        var dashboard = await OpenDashboardAsync();
        await dashboard.IsLiveAsync();
        await Expect(dashboard.Figure("Users online")).ToHaveTextAsync("1");
        await Expect(dashboard.Page.GetByText("with this page")).ToBeVisibleAsync();
        await Expect(dashboard.Status).ToHaveTextAsync("There are no users yet.");
        foreach (var number in Enumerable.Range(0, 20))
            await RawAsync($"user {number}");
        await Expect(dashboard.Status).ToHaveTextAsync("20 users");
        await Expect(dashboard.Users).ToHaveCountAsync(20);
        await RawAsync("alice");
        await Expect(dashboard.Status).ToHaveTextAsync("The first 20 users. Type more of the name.");
        await Expect(dashboard.User("alice")).ToBeVisibleAsync();
        await Expect(dashboard.Users).ToHaveCountAsync(20);
    }

    [Fact]
    public async Task ActionOnAUser_NeedsConfirmation()
    {
        var alice = await RawAsync("alice");
        var dashboard = await OpenDashboardAsync();
        await dashboard.User("alice").ClickAsync();
        var ban = dashboard.Page.GetByRole(AriaRole.Button, new() { Name = "Ban" });
        await ban.ClickAsync();
        await Expect(dashboard.Page.GetByRole(AriaRole.Button, new() { Name = "Cancel" })).ToBeFocusedAsync();
        await dashboard.Page.Keyboard.PressAsync("Escape");
        await Expect(dashboard.Page.GetByRole(AriaRole.Dialog)).ToBeHiddenAsync();
        await Expect(ban).ToBeFocusedAsync();
        await alice.SendAsync("alice:alice:still here");
        (await alice.ReceiveAsync()).Should().Be("alice:still here");
    }

    [Theory]
    [InlineData("a guess", "The server does not know this key.")]
    [InlineData(Key, "This key lacks the scope admin.")]
    [InlineData("", "This server requires the operator key for its figures.")]
    public async Task WrongKey_IsReported(string key, string problem)
    {
        var dashboard = await OpenDashboardAsync(key);
        await Expect(dashboard.Problem).ToHaveTextAsync(problem);
        await dashboard.EnterAsync(OperatorKey);
        await dashboard.IsLiveAsync();
    }

    [Fact]
    public async Task Key_IsKeptInMemoryOnly()
    {
        var dashboard = await OpenDashboardAsync();
        await dashboard.IsLiveAsync();
        var kept = await dashboard.Page.EvaluateAsync<string>(
            "() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, location.href, document.cookie, history.state, document.documentElement.outerHTML])");
        kept.Should().NotContain(OperatorKey).And.NotContain(Uri.EscapeDataString(OperatorKey));
        (await dashboard.Page.EvaluateAsync<int>("async () => (await indexedDB.databases()).length + (await caches.keys()).length")).Should().Be(0);
        await dashboard.Page.ReloadAsync();
        await Expect(dashboard.Page.GetByLabel("Operator key")).ToHaveValueAsync("");
    }

    [Fact]
    public async Task Development_FiguresNeedNoKey()
    {
        await using var development = await StartDevelopmentAsync();
        var dashboard = await DashboardPage.OpenAsync(await (await ContextAsync()).NewPageAsync(), development.Address);
        await dashboard.EnterAsync("");
        await dashboard.IsLiveAsync();
        await Expect(dashboard.Page.GetByText("Enter the operator key to find users")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task DevelopmentWithTokens_FiguresNeedTheKey()
    {
        await using var development = await StartDevelopmentAsync(new()
        {
            ["Chat:Identity:Mode"] = "Jwt",
            ["Chat:Identity:Jwt:SigningKey"] = "a key that is only here to be long enough",
        });
        var dashboard = await DashboardPage.OpenAsync(await (await ContextAsync()).NewPageAsync(), development.Address);
        await Expect(dashboard.Page.GetByText("unless users need tokens")).ToBeVisibleAsync();
        await dashboard.EnterAsync("");
        await Expect(dashboard.Problem).ToHaveTextAsync("This server requires the operator key for its figures.");
    }

    [Fact]
    public async Task Chart_IsReadByKeyboard()
    {
        var dashboard = await OpenDashboardAsync();
        await dashboard.IsLiveAsync();
        var chart = dashboard.Chart("Open connections");
        await Expect(chart.Locator("b").First).ToHaveTextAsync("1");
        var time = chart.Locator("time");
        await Expect(time).ToHaveClassAsync("unseen");
        await chart.FocusAsync();
        await dashboard.Page.Keyboard.PressAsync("ArrowLeft");
        await Expect(time).Not.ToHaveClassAsync("unseen");
        await dashboard.Page.Keyboard.PressAsync("Escape");
        await Expect(time).ToHaveClassAsync("unseen");
    }

    [Fact]
    public async Task Dashboard_SpeaksChinese()
    {
        var dashboard = await OpenDashboardAsync();
        await dashboard.IsLiveAsync();
        await dashboard.Page.GetByLabel("Language").SelectOptionAsync("zh");
        await Expect(dashboard.Freshness).ToHaveTextAsync("实时");
        await Expect(dashboard.Page.Locator("html")).ToHaveAttributeAsync("lang", "zh-CN");
        await Expect(dashboard.Figure("在线用户")).ToHaveTextAsync("1");
    }
}
