using System.Text.RegularExpressions;
using Chat.Server.Tests.Running;
using Microsoft.Playwright;
using Xunit.Abstractions;
using static Microsoft.Playwright.Assertions;

namespace Chat.Web.Tests;

public sealed class DashboardRestartTests(Browser browser, ITestOutputHelper output) : PageRestartTest(browser, output)
{
    [Fact]
    public async Task KilledServer_FiguresAreStaleUntilItRestarts()
    {
        var dashboard = await OpenDashboardAsync();
        await dashboard.IsLiveAsync();
        Server.Kill();
        await Expect(dashboard.Freshness).ToContainTextAsync("No new figures since");
        await Server.StartAsync();
        await dashboard.IsLiveAsync();
    }

    [Fact]
    public async Task KeyOfAnEarlierRun_ShowsNoUsers()
    {
        await using var development = await ServerProcess.StartedAsync(new() { ["ASPNETCORE_ENVIRONMENT"] = "Development", ["ASPNETCORE_WEBROOT"] = Repository.WebRoot });
        var dashboard = await DashboardPage.OpenAsync(await (await ContextAsync()).NewPageAsync(), development.Address);
        await dashboard.EnterAsync(await KeyOfAsync(run: 1));
        await using var alice = await RawClient.ConnectAsync(development.Address, log: () => development.Output);
        await alice.SendAsync("alice:bob:hello");
        await Expect(dashboard.User("bob")).ToBeVisibleAsync();

        development.Kill();
        await Expect(dashboard.Status).ToHaveTextAsync("The server does not answer.");
        await Expect(dashboard.Users).ToHaveCountAsync(0);

        await development.StartAsync();
        await Expect(dashboard.Problem).ToHaveTextAsync("The server does not know this key.");
        await Expect(dashboard.Users).ToHaveCountAsync(0);
        await dashboard.IsLiveAsync();
        await dashboard.Page.GetByRole(AriaRole.Button, new() { Name = "Enter the key" }).ClickAsync();
        await dashboard.EnterAsync(await KeyOfAsync(run: 2));
        await Expect(dashboard.User("bob")).ToBeVisibleAsync();

        // Each run of the server in Development logs a new key.
        async Task<string> KeyOfAsync(int run)
        {
            MatchCollection Keys() => Regex.Matches(development.Output, "This run accepts the API key ([0-9a-f]+)");
            await Wait.UntilAsync(() => Task.FromResult(Keys().Count >= run), "The server's key");
            return Keys()[run - 1].Groups[1].Value;
        }
    }
}
