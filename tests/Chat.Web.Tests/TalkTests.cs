using Chat.Server.Tests.Push;
using Microsoft.Playwright;
using Xunit.Abstractions;
using static Microsoft.Playwright.Assertions;

namespace Chat.Web.Tests;

public sealed class TalkTests(Browser browser, ITestOutputHelper output) : PageTest(browser, output)
{
    [Fact]
    public async Task BrowsersAndRawClient_TalkToEachOther()
    {
        var (alice, bob, carol) = (await SignInAsync("alice"), await SignInAsync("bob"), await RawAsync("carol"));
        await alice.WriteToAsync("bob");
        await alice.SendAsync("hi bob: it is half past 10:30");
        await bob.Entry("alice").ClickAsync();
        await bob.ShowsAsync("hi bob: it is half past 10:30");
        await bob.SendAsync("hi alice 🙂");
        await alice.ShowsAsync("hi bob: it is half past 10:30", "hi alice 🙂");

        await carol.SendAsync("carol:bob:hi");
        await bob.Entry("carol").ClickAsync();
        await bob.ShowsAsync("hi");
        await bob.SendAsync("a: b\n::  c 👋🏽");
        (await carol.ReceiveAsync()).Should().Be("bob:a: b\n::  c 👋🏽");
        await bob.ShowsAsync("hi", "a: b\n::  c 👋🏽");

        await bob.Page.ReloadAsync();
        await bob.IsSignedInAsync("bob");
        PageErrors.Should().BeEmpty(because: "the page must log no error");
    }

    [Fact]
    public async Task UnreadMessages_AreCounted()
    {
        var (bob, carol) = (await SignInAsync("bob"), await RawAsync("carol"));
        await bob.WriteToAsync("alice");
        await carol.SendAsync("carol:bob:one");
        await carol.SendAsync("carol:bob:two");
        await Expect(bob.Entry("carol").Locator(".unread")).ToHaveTextAsync("2");
        await Expect(bob.Entry("carol").Locator(".entry-last")).ToHaveTextAsync("two");
        await Expect(bob.Page).ToHaveTitleAsync("(2) Chat");

        await bob.Entry("carol").ClickAsync();
        await bob.ShowsAsync("one", "two");
        await Expect(bob.Entry("carol").Locator(".unread")).ToBeEmptyAsync();
        await Expect(bob.Page).ToHaveTitleAsync("Chat");
    }

    [Fact]
    public async Task TwoTabsOfOneUser_ShowTheSame()
    {
        var context = await ContextAsync();
        var (first, second) = (await SignInAsync("alice", context), await SignInAsync("alice", context));
        await first.WriteToAsync("bob");
        await first.SendAsync("from the first");
        await second.Entry("bob").ClickAsync();
        await second.ShowsAsync("from the first");
        await second.SendAsync("from the second");
        await first.ShowsAsync("from the first", "from the second");
    }

    [Fact]
    public async Task KickedOrBannedUser_SeesTheReasonAndCanReturn()
    {
        var (alice, bob) = (await SignInAsync("alice"), await SignInAsync("bob"));
        var (banner, again) = (alice.Page.Locator("#banner"), alice.Page.GetByRole(AriaRole.Button, new() { Name = "Connect again" }));
        using var boss = Keys.Client(Address, OperatorKey);
        await alice.WriteToAsync("bob");
        (await boss.DeleteAsync("/api/v1/users/alice/connections")).EnsureSuccessStatusCode();
        await Expect(banner).ToContainTextAsync("An operator has ended this connection.");
        await alice.StateIsAsync("Not connected");
        await alice.SendAsync("written meanwhile");
        await Expect(alice.Drafts).ToHaveTextAsync(["written meanwhile"]);
        await again.ClickAsync();
        await alice.StateIsAsync("Connected");
        await Expect(banner).ToBeHiddenAsync();
        await alice.ShowsAsync("written meanwhile");

        (await boss.PutAsync("/api/v1/bans/alice", null)).EnsureSuccessStatusCode();
        await Expect(banner).ToContainTextAsync("This user is banned.");
        await again.ClickAsync();
        await Expect(banner).ToContainTextAsync("This user is banned.");
        await alice.StateIsAsync("Not connected");
        await alice.Page.ReloadAsync();
        await Expect(alice.Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("This user is banned.");
        (await boss.DeleteAsync("/api/v1/bans/alice")).EnsureSuccessStatusCode();
        await ChatPage.SignInAsync(alice.Page, "alice");
        await bob.Entry("alice").ClickAsync();
        await bob.ShowsAsync("written meanwhile");
    }

    [Fact]
    public async Task ReservedName_IsRefused()
    {
        var page = await (await ContextAsync()).NewPageAsync();
        await page.GotoAsync(Address.ToString());
        await page.GetByLabel("Your name").FillAsync("system");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "does not accept this name" })).ToBeVisibleAsync();
        await ChatPage.SignInAsync(page, "alice");
    }

    [Fact]
    public async Task TooLongMessage_FailsAndTheNextIsSent()
    {
        var (alice, bob) = (await SignInAsync("alice"), await SignInAsync("bob"));
        await alice.WriteToAsync("bob");
        await alice.SendAsync(new string('x', 500_000)); // more than the server accepts in one call
        await Expect(alice.Page.Locator(".draft.failed .draft-state")).ToHaveTextAsync("Not sent: The message is too long.");
        await alice.SendAsync("short");
        await bob.Entry("alice").ClickAsync();
        await bob.ShowsAsync("short");
        await alice.Page.GetByRole(AriaRole.Button, new() { Name = "Remove" }).ClickAsync();
        await alice.ShowsAsync("short");
        PageErrors.Should().BeEmpty(because: "the page must log no error");
    }
}
