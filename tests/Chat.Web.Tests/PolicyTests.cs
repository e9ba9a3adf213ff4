using Chat.Server.Tests.Running;
using Xunit.Abstractions;
using static Microsoft.Playwright.Assertions;

namespace Chat.Web.Tests;

/// <summary>The pages work under the strict policy that they are served with.</summary>
public sealed class PolicyTests(Browser browser, ITestOutputHelper output) : InBrowsers(browser, output)
{
    [Fact]
    public async Task TheWebPageBreaksNoPolicy()
    {
        var (alice, bob) = (await SignInAsync("alice"), await SignInAsync("bob"));
        await alice.WriteToAsync("bob");
        await alice.SayAsync("hi");
        await bob.Entry("alice").ClickAsync();
        await bob.ShowsAsync("hi");
        PageErrors.Should().BeEmpty();
    }

    [Fact]
    public async Task TheOldPageIsServedAndBreaksNoPolicy()
    {
        var page = await (await PersonAsync()).NewPageAsync();
        await page.GotoAsync(new Uri(Server.Address, "/raw").AbsoluteUri);
        page.Url.Should().EndWith("/raw/");
        var bob = await RawPage.ConnectAsync(page, Server.Address, "bob");
        var alice = await RawAsync("alice");
        await alice.SendAsync("alice:bob:hi");
        await Expect(bob.Line("alice:hi")).ToBeVisibleAsync();
        PageErrors.Should().BeEmpty();
    }

    [Fact]
    public async Task InDevelopmentThePageOfTheApiShowsIt()
    {
        await using var development = new ServerProcess(new() { ["ASPNETCORE_ENVIRONMENT"] = "Development" });
        await development.StartAsync();
        var page = await (await PersonAsync()).NewPageAsync();
        await page.GotoAsync(new Uri(development.Address, "/scalar").AbsoluteUri);
        await Expect(page.GetByText("Sends a message to a user or a room").First).ToBeVisibleAsync();
        PageErrors.Should().BeEmpty();
    }
}
