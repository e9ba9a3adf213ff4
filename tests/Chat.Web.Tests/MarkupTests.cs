using Microsoft.Playwright;
using Xunit.Abstractions;
using static Microsoft.Playwright.Assertions;

namespace Chat.Web.Tests;

public sealed class MarkupTests(Browser browser, ITestOutputHelper output) : PageTest(browser, output)
{
    private const string Content = """<img src=x onerror="document.documentElement.id='ran'">""";

    // Almost the longest possible user id.
    private const string Name = "<img src=x onerror=document.documentElement.id='ran'>";

    [Fact]
    public async Task WebPage_ShowsMarkupAsText()
    {
        var (bob, mallory) = (await SignInAsync("bob"), await RawAsync(Name));
        await mallory.SendAsync($"{Name}:bob:{Content}");
        await Expect(bob.Entry(Name).Locator(".entry-last")).ToHaveTextAsync(Content);
        await bob.Entry(Name).ClickAsync();
        await bob.ShowsAsync(Content);
        await bob.SendAsync(Content);
        await bob.ShowsAsync(Content, Content);
        (await mallory.ReceiveAsync()).Should().Be($"bob:{Content}");
        await HasRunNothingAsync(bob.Page);
    }

    [Fact]
    public async Task OldPage_ShowsMarkupAsText()
    {
        var (bob, mallory) = (await OpenRawPageAsync("bob"), await RawAsync(Name));
        await mallory.SendAsync($"{Name}:bob:{Content}");
        await Expect(bob.Line($"{Name}:{Content}")).ToBeVisibleAsync();
        await bob.SendAsync(Name, Content);
        await Expect(bob.Line($"to {Name}: {Content}")).ToBeVisibleAsync();
        (await mallory.ReceiveAsync()).Should().Be($"bob:{Content}");
        await HasRunNothingAsync(bob.Page);
    }

    [Fact]
    public async Task OnlyWebAddresses_AreLinks()
    {
        var (bob, mallory) = (await SignInAsync("bob"), await RawAsync("mallory"));
        string[] contents =
        [
            "javascript:document.documentElement.id='ran'", "[x](javascript:alert(1)) data:text/html,<script>alert(1)</script>",
            "https://example.org/\u202Egpj.exe", "see https://example.org/a?b=c.",
        ];
        foreach (var content in contents)
            await mallory.SendAsync($"mallory:bob:{content}");
        await bob.Entry("mallory").ClickAsync();
        await bob.ShowsAsync(contents);
        var links = bob.Page.Locator("#messages a");
        await Expect(links).ToHaveTextAsync(["https://example.org/", "https://example.org/a?b=c"]);
        foreach (var link in await links.AllAsync())
        {
            await Expect(link).ToHaveAttributeAsync("target", "_blank");
            await Expect(link).ToHaveAttributeAsync("rel", "noopener noreferrer");
        }
        await HasRunNothingAsync(bob.Page);
        PageErrors.Should().BeEmpty();
    }

    [Fact]
    public async Task HostileText_StaysInItsBox()
    {
        var (bob, mallory) = (await SignInAsync("bob"), await RawAsync("mallory"));
        var tower = "z" + string.Concat(Enumerable.Repeat("\u0301\u0323", 16_000));
        var turned = "\u202Eevil\u2066\u2067 turned";
        await mallory.SendAsync($"mallory:bob:{tower}");
        await mallory.SendAsync($"mallory:bob:{turned}");
        await mallory.SendAsync("mallory:bob:after");
        await Expect(bob.Entry("mallory").Locator(".unread")).ToHaveTextAsync("3");
        await bob.Entry("mallory").ClickAsync();
        await Expect(bob.Messages.Last).ToHaveTextAsync("after");
        (await bob.Messages.AllTextContentsAsync()).Skip(1).Should().Equal(turned, "after");

        // On request the page shows the whole text, inside its own box.
        await bob.Page.GetByRole(AriaRole.Button, new() { Name = "Show all (63 KB)" }).ClickAsync();
        (await bob.Messages.First.TextContentAsync()).Should().Be(tower);
        await Expect(bob.Page.Locator("#messages .bubble").First).ToHaveCSSAsync("overflow", "clip");
        await bob.SendAsync("still here");
        await Expect(bob.Messages.Last).ToHaveTextAsync("still here");
        await Expect(bob.Page.Locator("#me-name")).ToHaveTextAsync("bob");
        PageErrors.Should().BeEmpty();
    }

    private static async Task HasRunNothingAsync(IPage page)
    {
        await Expect(page.Locator("img")).ToHaveCountAsync(0);
        await Expect(page.Locator("html")).Not.ToHaveIdAsync("ran");
    }
}
