using Xunit.Abstractions;
using static Microsoft.Playwright.Assertions;

namespace Chat.Web.Tests;

/// <summary>The pages work under their strict content security policy.</summary>
public sealed class PolicyTests(Browser browser, ITestOutputHelper output) : PageTest(browser, output)
{
    [Fact]
    public async Task WebPage_ViolatesNoPolicy()
    {
        var (alice, bob) = (await SignInAsync("alice"), await SignInAsync("bob"));
        await alice.WriteToAsync("bob");
        await alice.SendAsync("hi");
        await bob.Entry("alice").ClickAsync();
        await bob.ShowsAsync("hi");
        PageErrors.Should().BeEmpty();
    }

    [Fact]
    public async Task OldPage_ViolatesNoPolicy()
    {
        var page = await (await ContextAsync()).NewPageAsync();
        await page.GotoAsync(new Uri(Address, "/raw").AbsoluteUri);
        page.Url.Should().EndWith("/raw/");
        var bob = await RawPage.ConnectAsync(page, Address, "bob");
        var alice = await RawAsync("alice");
        await alice.SendAsync("alice:bob:hi");
        await Expect(bob.Line("alice:hi")).ToBeVisibleAsync();
        PageErrors.Should().BeEmpty();
    }

    [Fact]
    public async Task ApiPageInDevelopment_ShowsTheApi()
    {
        await using var development = await StartDevelopmentAsync();
        var page = await (await ContextAsync()).NewPageAsync();
        await page.GotoAsync(new Uri(development.Address, "/scalar").AbsoluteUri);
        await Expect(page.GetByText("Sends a message to a user or a room").First).ToBeVisibleAsync();
        PageErrors.Should().BeEmpty();
    }
}
