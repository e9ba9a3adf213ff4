using Microsoft.Playwright;
using Xunit.Abstractions;
using static Microsoft.Playwright.Assertions;

namespace Chat.Web.Tests;

public sealed class MarkupTests(Browser browser, ITestOutputHelper output) : InBrowsers(browser, output)
{
    private const string Content = """<img src=x onerror="document.documentElement.id='ran'">""";

    // As long as a user id may be.
    private const string Name = "<img src=x onerror=document.documentElement.id='ran'>";

    [Fact]
    public async Task MarkupIsOnlyTextOnTheWebPage()
    {
        var (bob, mallory) = (await SignInAsync("bob"), await RawAsync(Name));
        await mallory.SendAsync($"{Name}:bob:{Content}");
        await Expect(bob.Entry(Name).Locator(".entry-last")).ToHaveTextAsync(Content);
        await bob.Entry(Name).ClickAsync();
        await bob.ShowsAsync(Content);
        await bob.SayAsync(Content);
        await bob.ShowsAsync(Content, Content);
        (await mallory.ReceiveAsync()).Should().Be($"bob:{Content}");
        await HasRunNothingAsync(bob.Page);
    }

    [Fact]
    public async Task MarkupIsOnlyTextOnTheRawPage()
    {
        var (bob, mallory) = (await OpenRawPageAsync("bob"), await RawAsync(Name));
        await mallory.SendAsync($"{Name}:bob:{Content}");
        await Expect(bob.Line($"{Name}:{Content}")).ToBeVisibleAsync();
        await bob.SayAsync(Name, Content);
        await Expect(bob.Line($"to {Name}: {Content}")).ToBeVisibleAsync();
        (await mallory.ReceiveAsync()).Should().Be($"bob:{Content}");
        await HasRunNothingAsync(bob.Page);
    }

    private static async Task HasRunNothingAsync(IPage page)
    {
        await Expect(page.Locator("img")).ToHaveCountAsync(0);
        await Expect(page.Locator("html")).Not.ToHaveIdAsync("ran");
    }
}
