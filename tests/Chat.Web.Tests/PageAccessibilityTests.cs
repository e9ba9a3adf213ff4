using Microsoft.Playwright;
using Xunit.Abstractions;
using static Microsoft.Playwright.Assertions;

namespace Chat.Web.Tests;

/// <summary>Accessibility of the page in several looks. The tests leave screenshots in the folder of that name.</summary>
public sealed class PageAccessibilityTests(Browser browser, ITestOutputHelper output) : PageTest(browser, output)
{
    public static TheoryData<string, ColorScheme, int, int, string> Looks { get; } = new()
    {
        { "light", ColorScheme.Light, 1200, 760, "en-GB" },
        { "dark", ColorScheme.Dark, 1200, 760, "en-GB" },
        { "phone", ColorScheme.Light, 390, 780, "zh-CN" },
    };

    [Theory]
    [MemberData(nameof(Looks))]
    public async Task Page_IsAccessible(string name, ColorScheme scheme, int width, int height, string locale)
    {
        var context = await ContextAsync(new() { Locale = locale, ColorScheme = scheme, ViewportSize = new() { Width = width, Height = height }, ReducedMotion = ReducedMotion.Reduce });
        var page = await context.NewPageAsync();
        await page.GotoAsync(Address.ToString());
        await IsAccessibleAsync(page, $"{name}-sign-in");
        await page.Locator("#sign-in-name").FillAsync("Alice Moreau");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#state")).ToHaveAttributeAsync("data-state", "connected");
        await IsAccessibleAsync(page, $"{name}-new");

        await TalkAsync();
        var alice = await ChatPage.OfAsync(page, "Alice Moreau", state: null);
        await Expect(alice.Entry("#garden").Locator(".unread")).ToHaveTextAsync("3");
        await page.Locator("#open-name").FillAsync("#garden");
        await page.Keyboard.PressAsync("Enter");
        await Expect(alice.Messages.Last).ToBeVisibleAsync();
        await alice.SendInAnyLanguageAsync("I'll bring the blue ones: https://example.org/roses");
        await alice.SendInAnyLanguageAsync("And tea.");
        await Expect(page.Locator("#messages .tick").Last).ToBeVisibleAsync();
        await IsAccessibleAsync(page, $"{name}-room");
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator(".entry").First).ToBeVisibleAsync();
        await IsAccessibleAsync(page, $"{name}-list");
        await page.Locator(".settings > button").ClickAsync();
        await IsAccessibleAsync(page, $"{name}-settings");
        await page.Keyboard.PressAsync("Escape");

        await alice.Entry("Bob").ClickAsync();
        await context.SetOfflineAsync(true);
        await Expect(page.Locator("#banner")).ToBeVisibleAsync();
        await alice.SendInAnyLanguageAsync("On my way 🚲");
        await Expect(alice.Drafts.First).ToBeVisibleAsync();
        await IsAccessibleAsync(page, $"{name}-offline");
    }

    private async Task TalkAsync()
    {
        foreach (var (user, frames) in new (string, string[])[]
        {
            ("李雷", ["#garden:", "Alice Moreau:明天见！"]),
            ("Dana Whitfield", ["Alice Moreau:The report is on your desk."]),
            ("Bob", ["#garden:", "Alice Moreau:Are you coming over?", "Alice Moreau:We begin at ten, there is cake."]),
        })
        {
            var client = await RawAsync(user);
            foreach (var frame in frames)
                await client.SendAsync($"{user}:{frame}");
            (await client.CloseAsync()).Should().Be(1000);
        }
        var alice = await RawAsync("Alice Moreau");
        await alice.SendAsync("Alice Moreau:#garden:");
        (await alice.CloseAsync()).Should().Be(1000);
        foreach (var (user, content) in new[]
        {
            ("Bob", "The roses are out 🌹"), ("Bob", "Come and see them before the weekend: the forecast says rain from Saturday on, and they never look the same afterwards."),
            ("李雷", "太好了，我带相机来。"),
        })
        {
            var client = await RawAsync(user);
            await client.SendAsync($"{user}:#garden:{content}");
            (await client.CloseAsync()).Should().Be(1000);
        }
    }

    private static async Task IsAccessibleAsync(IPage page, string name)
    {
        await page.ScreenshotAsync(new() { Path = Repository.Screenshot(name), Animations = ScreenshotAnimations.Disabled });
        (await Accessibility.FindingsAsync(page)).Should().BeEmpty(because: "{0} must be accessible", name);
    }
}
