using Chat.Server.Tests.Running;
using Microsoft.Playwright;
using Xunit.Abstractions;
using static Microsoft.Playwright.Assertions;

namespace Chat.Web.Tests;

/// <summary>The page retries after answers of proxies and portals, and shows the server's own refusals.</summary>
public sealed class ProxyAnswerTests(Browser browser, ITestOutputHelper output) : PageTest(browser, output)
{
    [Theory]
    [InlineData("403 Forbidden\r\nContent-Type: text/html", "<h1>Blocked by your firewall</h1>")]
    [InlineData("401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"hotel\"", "<h1>Sign in to the hotel's network</h1>")]
    [InlineData("503 Service Unavailable", "")]
    [InlineData("200 OK\r\nContent-Type: text/html", "<h1>Welcome to the hotel</h1>")]
    public async Task PortalAnswer_IsRetried(string status, string body)
    {
        using var portal = new Portal(Address);
        // Chromium asks its user for the portal's password, and the page waits meanwhile. These credentials are the user's answer.
        var page = await OpenAsync(portal.Address, new() { Locale = "en-GB", HttpCredentials = new() { Username = "guest", Password = "a wrong one" } });
        var alice = await ChatPage.SignInAsync(page, "alice");
        await alice.WriteToAsync("alice");

        portal.Shut(status, body);
        await Wait.UntilAsync(() => Task.FromResult(portal.Answered >= 3), "Two attempts, one of which may send two requests");
        await alice.StateIsAsync("Reconnecting…");
        await alice.SendAsync("written meanwhile");
        portal.Open();

        await alice.StateIsAsync("Connected");
        await alice.ShowsAsync("written meanwhile");
    }

    [Fact]
    public async Task BufferingProxyWithoutUpgrade_GetsLongPolling()
    {
        await using var nginx = await ProxyProcess.NginxBufferingAsync(Address);
        var page = await OpenAsync(nginx.Address);
        var alice = await ChatPage.SignInAsync(page, "alice");

        await alice.WriteToAsync("alice");
        await alice.SendAsync("through nginx");

        await alice.ShowsAsync("through nginx");
        nginx.Output.Should().Contain("text/event-stream", because: "the page tried an event stream before it polled").And.NotContain(" 101 ");
    }

    [Fact]
    public async Task ForeignOrigin_IsReportedAsOrigin()
    {
        // nginx does not forward Host here, so the server sees another address than the page's origin.
        await using var nginx = await ProxyProcess.NginxAsync(Address, "location / { proxy_pass http://chat; }");
        var page = await OpenAsync(nginx.Address);

        await FailToSignInAsync(page);

        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("does not allow pages from this address");
    }

    [Fact]
    public async Task RefusalOfAnOlderServer_IsShown()
    {
        using var portal = new Portal(Address);
        var page = await OpenAsync(portal.Address);
        portal.Shut("403 Forbidden", "forbidden: alice is reserved for the server.");

        await FailToSignInAsync(page);

        await Expect(page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("The server refuses the connection: alice is reserved for the server.");
    }

    private async Task<IPage> OpenAsync(Uri address, BrowserNewContextOptions? options = null)
    {
        var page = await (await ContextAsync(options)).NewPageAsync();
        await page.GotoAsync(address.ToString());
        return page;
    }

    private static async Task FailToSignInAsync(IPage page)
    {
        await page.GetByLabel("Your name").FillAsync("alice");
        await page.Keyboard.PressAsync("Enter");
    }
}
