using Chat.Server.Tests.Running;
using Microsoft.Playwright;
using Xunit.Abstractions;
using static Microsoft.Playwright.Assertions;

namespace Chat.Web.Tests;

/// <summary>The pages work under a path prefix, behind nginx.</summary>
public sealed class PrefixTests(Browser browser, ITestOutputHelper output)
    : PageTest(browser, output, new() { ["Chat:KnownProxies:0"] = "127.0.0.1", ["Chat:PathBase"] = "/base" })
{
    private const string Lines = """
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection upgrade;
        proxy_set_header X-Forwarded-Host $http_host;
        """;

    [Theory]
    [InlineData("/chat-app", "location /chat-app/ { proxy_pass http://chat/; LINES }")] // prefix removed
    [InlineData("/chat-app", "location /chat-app { proxy_pass http://chat; proxy_set_header X-Forwarded-Prefix /chat-app; LINES }")] // prefix kept
    [InlineData("/base", "location /base { proxy_pass http://chat; LINES }")] // prefix kept, set in Chat:PathBase
    [InlineData("/chat", "location /chat/ { proxy_pass http://chat/; LINES }")] // prefix with the name of the hub
    public async Task Pages_WorkUnderAPrefix(string prefix, string location)
    {
        await using var nginx = await ProxyProcess.NginxAsync(Address, location.Replace("LINES", Lines));
        var root = new Uri(nginx.Address, prefix).AbsoluteUri;
        var failed = new List<string>();
        var (alice, bob) = (await OpenAsync(root), await OpenAsync(root + "/"));
        var (aliceHere, bobHere) = (await ChatPage.SignInAsync(alice, "alice"), await ChatPage.SignInAsync(bob, "bob"));
        await aliceHere.WriteToAsync("bob");
        await aliceHere.SendAsync("hi");
        await bobHere.Entry("alice").ClickAsync();
        await bobHere.ShowsAsync("hi");
        (await alice.EvaluateAsync<string>("getComputedStyle(document.querySelector('#app')).display")).Should().NotBeEmpty();
        (await alice.EvaluateAsync<int>("[...document.styleSheets].filter(sheet => sheet.cssRules.length > 0).length")).Should().BePositive();

        foreach (var address in (string[])[root + "/dashboard", root + "/dashboard/"])
        {
            var page = await OpenAsync(address);
            page.Url.Should().Be(root + "/dashboard");
            var dashboard = new DashboardPage(page);
            await dashboard.EnterAsync(OperatorKey);
            await dashboard.IsLiveAsync();
            await dashboard.FindAsync("al");
            await Expect(dashboard.User("alice")).ToBeVisibleAsync();
            await page.GetByRole(AriaRole.Link, new() { Name = "Chat", Exact = true }).ClickAsync();
            await Expect(page).ToHaveURLAsync(root + "/");
        }

        var raw = await OpenAsync(root + "/raw");
        raw.Url.Should().Be(root + "/raw/");
        await raw.GetByLabel("I am").FillAsync("carol");
        await raw.GetByRole(AriaRole.Button, new() { Name = "Connect" }).ClickAsync();
        await Expect(raw.Locator("#log")).ToContainTextAsync("connected as carol");

        failed.Should().BeEmpty();
        PageErrors.Should().BeEmpty();

        async Task<IPage> OpenAsync(string address)
        {
            var page = await (await ContextAsync()).NewPageAsync();
            page.Response += (_, response) =>
            {
                if (response.Status >= 400)
                    failed.Add($"{response.Status} {response.Url}");
            };
            await page.GotoAsync(address);
            return page;
        }
    }

    [Fact]
    public async Task ApiPage_CallsTheServerUnderAPrefix()
    {
        await using var development = await StartDevelopmentAsync();
        await using var nginx = await ProxyProcess.NginxAsync(development.Address, "location /chat-app/ { proxy_pass http://chat/; }");
        var page = await (await ContextAsync()).NewPageAsync();
        await page.GotoAsync(new Uri(nginx.Address, "/chat-app/scalar").AbsoluteUri);
        await Expect(page.GetByText("Sends a message to a user or a room").First).ToBeVisibleAsync();
        await Expect(page.GetByText($"{nginx.Address}chat-app/api/v1/messages").First).ToBeVisibleAsync();
        PageErrors.Should().BeEmpty();
    }
}
