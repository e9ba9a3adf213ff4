using Microsoft.Playwright;
using Xunit.Abstractions;
using static Microsoft.Playwright.Assertions;

namespace Chat.Web.Tests;

/// <summary>Language, theme, storage, keyboard, notifications and the browser's history.</summary>
public sealed class PagePreferenceTests(Browser browser, ITestOutputHelper output) : PageTest(browser, output)
{
    // Replaces notifications by a list of them.
    private const string Notifications = """
        window.shown = [];
        window.Notification = class {
            static permission = "default";
            static async requestPermission() { this.permission = "granted"; }
            constructor(title, { body }) { window.shown.push(`${title}: ${body}`); }
        };
        """;

    [Fact]
    public async Task Language_FollowsTheBrowserUntilChosen()
    {
        var page = await (await ContextAsync(new() { Locale = "zh-CN" })).NewPageAsync();
        await page.GotoAsync(Address.ToString());
        await Expect(page.Locator("html")).ToHaveAttributeAsync("lang", "zh-CN");
        await page.GetByLabel("你的名字").FillAsync("李雷");
        await page.GetByRole(AriaRole.Button, new() { Name = "登录", Exact = true }).ClickAsync();
        await Expect(page.Locator("#state")).ToHaveTextAsync("已连接");
        await page.GetByRole(AriaRole.Button, new() { Name = "设置" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "English" }).ClickAsync();
        await Expect(page.Locator("#state")).ToHaveTextAsync("Connected");
        await page.ReloadAsync();
        await Expect(page.Locator("#state")).ToHaveTextAsync("Connected");
        await Expect(page.Locator("html")).ToHaveAttributeAsync("lang", "en");
    }

    [Fact]
    public async Task Theme_FollowsTheSystemUntilChosen()
    {
        var alice = await SignInAsync("alice", await ContextAsync(new() { Locale = "en-GB", ColorScheme = ColorScheme.Dark }));
        var body = alice.Page.Locator("body");
        await Expect(body).ToHaveCSSAsync("background-color", "rgb(14, 16, 22)");
        await alice.Page.GetByRole(AriaRole.Button, new() { Name = "Settings" }).ClickAsync();
        await alice.Page.GetByRole(AriaRole.Button, new() { Name = "Light" }).ClickAsync();
        await Expect(body).ToHaveCSSAsync("background-color", "rgb(238, 240, 246)");
        await alice.Page.ReloadAsync();
        await Expect(body).ToHaveCSSAsync("background-color", "rgb(238, 240, 246)");
    }

    [Theory]
    [InlineData("""for (const name of ["localStorage", "sessionStorage"]) Object.defineProperty(window, name, { get: () => { throw new DOMException("No.", "SecurityError"); } });""")]
    [InlineData("""Storage.prototype.setItem = () => { throw new DOMException("It is full.", "QuotaExceededError"); };""")]
    [InlineData("""if (location.host) localStorage.setItem("chat.outbox:alice:broken", "{"); if (location.host) sessionStorage.setItem("chat.session", "{");""")]
    public async Task PageWithoutStorage_Works(string script)
    {
        var context = await ContextAsync();
        await context.AddInitScriptAsync(script);
        var (alice, bob) = (await SignInAsync("alice", context), await SignInAsync("bob"));
        await alice.WriteToAsync("bob");
        await alice.SendAsync("hi");
        await alice.ShowsAsync("hi");
        await bob.Entry("alice").ClickAsync();
        await bob.ShowsAsync("hi");
        await alice.Page.GetByRole(AriaRole.Button, new() { Name = "Settings" }).ClickAsync();
        await alice.Page.GetByRole(AriaRole.Button, new() { Name = "Dark" }).ClickAsync();
        await Expect(alice.Page.Locator("body")).ToHaveCSSAsync("background-color", "rgb(14, 16, 22)");
        PageErrors.Should().BeEmpty();
    }

    [Fact]
    public async Task SignInByKeyboard_FocusesTheNextField()
    {
        var page = (await SignInAsync("alice")).Page;
        await Expect(page.GetByLabel("Write to")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("bob");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByPlaceholder("Message")).ToBeFocusedAsync();
        await page.ReloadAsync();
        await Expect(page.GetByPlaceholder("Message")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task ConversationOpenedBeforeReload_IsOpenAgain()
    {
        var alice = await SignInAsync("alice");
        await alice.Page.GetByLabel("Write to").FillAsync("bob");

        // Both in one script: no later work of the page can run before the reload.
        await alice.Page.EvaluateAsync("() => { document.querySelector('.open-form').requestSubmit(); location.reload(); }");

        await Expect(alice.Page.Locator("#peer")).ToHaveTextAsync("bob");
        await Expect(alice.Page.GetByPlaceholder("Message")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task ConversationClosedBeforeReload_StaysClosed()
    {
        var alice = await SignInAsync("alice");
        await alice.WriteToAsync("bob");
        await alice.SendAsync("hi");
        await alice.ShowsAsync("hi");

        await alice.Page.EvaluateAsync("() => { document.querySelector('button.back').click(); location.reload(); }");

        await alice.IsSignedInAsync("alice");
        await Expect(alice.Entry("bob")).ToBeVisibleAsync();
        await Expect(alice.Page.Locator("#peer")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task ConversationOpenedDuringBack_StaysOpen()
    {
        var alice = await SignInAsync("alice");
        await alice.WriteToAsync("bob");
        await alice.SendAsync("hi");
        await alice.ShowsAsync("hi");
        await alice.WriteToAsync("carol");

        await alice.Page.EvaluateAsync("""
            () => {
                window.steps = 0;
                addEventListener("popstate", () => window.steps++);
                document.querySelector("button.back").click();
                [...document.querySelectorAll(".entry")].find(entry => entry.textContent.includes("bob")).click();
            }
            """);

        await alice.UntilAsync("() => window.steps === 1");
        await Expect(alice.Page.Locator("#peer")).ToHaveTextAsync("bob");
        await alice.Page.GoBackAsync();
        await Expect(alice.Page.Locator("#peer")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Conversations_OpenAndCloseByKeyboard()
    {
        var (bob, carol, dave) = (await SignInAsync("bob"), await RawAsync("carol"), await RawAsync("dave"));
        await carol.SendAsync("carol:bob:from carol");
        await Expect(bob.Entry("carol")).ToBeVisibleAsync();
        await dave.SendAsync("dave:bob:from dave");
        await Expect(bob.Entry("dave")).ToBeVisibleAsync();
        var keys = bob.Page.Keyboard;
        await bob.Entry("dave").FocusAsync();
        await keys.PressAsync("ArrowDown");
        await Expect(bob.Entry("carol")).ToBeFocusedAsync();
        await keys.PressAsync("Enter");
        await bob.ShowsAsync("from carol");
        await Expect(bob.Page.GetByPlaceholder("Message")).ToBeFocusedAsync();
        await keys.TypeAsync("hi");
        await keys.PressAsync("Enter");
        await bob.ShowsAsync("from carol", "hi");
        await keys.PressAsync("Escape");
        await Expect(bob.Entry("carol")).ToBeFocusedAsync();
        await Expect(bob.Page.Locator("#peer")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task MissedMessages_AreNotifiedOncePerConversation()
    {
        var context = await ContextAsync();
        await context.AddInitScriptAsync(Notifications);
        var (bob, carol, dave) = (await SignInAsync("bob", context), await RawAsync("carol"), await RawAsync("dave"));
        await bob.Page.GetByRole(AriaRole.Button, new() { Name = "Settings" }).ClickAsync();
        await bob.Page.GetByLabel("Notify me of new messages").CheckAsync();
        await bob.HideAsync();
        await context.SetOfflineAsync(true);
        await bob.StateIsAsync("Reconnecting…");
        foreach (var content in new[] { "one", "two", "three" })
            await carol.SendAsync($"carol:bob:{content}");
        await dave.SendAsync("dave:bob:hi");
        // Their messages are durable when the server answers the close.
        await carol.CloseAsync();
        await dave.CloseAsync();

        await context.SetOfflineAsync(false);
        await bob.StateIsAsync("Connected");
        await Expect(bob.Page).ToHaveTitleAsync("(4) Chat");
        await bob.UntilAsync("() => window.shown.length >= 2");
        await (await RawAsync("carol")).SendAsync("carol:bob:four");
        await Expect(bob.Page).ToHaveTitleAsync("(5) Chat");
        (await bob.Page.EvaluateAsync<string[]>("() => window.shown")).Should().BeEquivalentTo("carol: three", "dave: hi", "carol: four");
    }

    [Fact]
    public async Task Notifications_AreOffByDefault()
    {
        var context = await ContextAsync();
        await context.AddInitScriptAsync(Notifications);
        var (bob, carol) = (await SignInAsync("bob", context), await RawAsync("carol"));
        await bob.HideAsync();
        await carol.SendAsync("carol:bob:one");
        await Expect(bob.Page).ToHaveTitleAsync("(1) Chat");
        (await bob.Page.EvaluateAsync<string>("() => Notification.permission")).Should().Be("default", because: "the page must not ask for it by itself");

        await bob.Page.GetByRole(AriaRole.Button, new() { Name = "Settings" }).ClickAsync();
        await bob.Page.GetByLabel("Notify me of new messages").CheckAsync();
        await carol.SendAsync("carol:bob:two");
        await Expect(bob.Page).ToHaveTitleAsync("(2) Chat");
        (await bob.Page.EvaluateAsync<string[]>("() => window.shown")).Should().Equal("carol: two");
    }

    [Fact]
    public async Task Reload_KeepsTheOpenConversation()
    {
        var bob = await SignInAsync("bob", await ContextAsync(new() { Locale = "en-GB", ViewportSize = new() { Width = 390, Height = 844 } }));
        await bob.WriteToAsync("carol");
        await bob.SendAsync("hi");
        await bob.ShowsAsync("hi");
        await bob.Page.ReloadAsync();
        await bob.ShowsAsync("hi");
        await bob.Page.GoBackAsync();
        await Expect(bob.Entry("carol")).ToBeVisibleAsync();
        await bob.Page.GoForwardAsync();
        await bob.ShowsAsync("hi");
        await bob.Page.GetByRole(AriaRole.Button, new() { Name = "Back to the conversations" }).ClickAsync();
        await Expect(bob.Entry("carol")).ToBeVisibleAsync();
        // history.back() takes effect later, and would cancel a reload that comes earlier.
        await bob.UntilAsync("() => history.state?.open === undefined");
        await bob.Page.ReloadAsync();
        await bob.IsSignedInAsync("bob");
        await Expect(bob.Entry("carol")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task UnsentText_IsNotShownToTheNextUser()
    {
        var alice = await SignInAsync("alice");
        await alice.WriteToAsync("carol");
        var field = alice.Page.GetByPlaceholder("Message");
        await field.FillAsync("dear carol");
        await alice.WriteToAsync("dave");
        await Expect(field).ToHaveValueAsync("");
        await alice.Entry("carol").ClickAsync();
        await Expect(field).ToHaveValueAsync("dear carol");
        await alice.Page.GetByRole(AriaRole.Button, new() { Name = "Settings" }).ClickAsync();
        await alice.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();

        var bob = await ChatPage.SignInAsync(alice.Page, "bob");
        await Expect(bob.Page.Locator("#peer")).ToBeHiddenAsync();
        await bob.WriteToAsync("carol");
        await Expect(field).ToHaveValueAsync("");
    }
}
