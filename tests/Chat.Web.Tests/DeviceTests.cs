using Microsoft.Playwright;
using Xunit.Abstractions;
using static Microsoft.Playwright.Assertions;

namespace Chat.Web.Tests;

/// <summary>One user on several devices.</summary>
public sealed class DeviceTests(Browser browser, ITestOutputHelper output) : PageTest(browser, output, new() { ["Chat:Limits:ConnectionsPerUser"] = $"{ConnectionsPerUser}" })
{
    private const int ConnectionsPerUser = 3; // as many as a user has in the other tests

    [Fact]
    public async Task MessageReadOnOneDevice_IsReadOnAll()
    {
        var (desk, phone, carol) = (await SignInAsync("bob"), await SignInAsync("bob"), await RawAsync("carol"));
        await carol.SendAsync("carol:bob:one");
        await carol.SendAsync("carol:bob:two");
        await Expect(desk.Entry("carol").Locator(".unread")).ToHaveTextAsync("2");
        await Expect(phone.Entry("carol").Locator(".unread")).ToHaveTextAsync("2");
        await phone.Entry("carol").ClickAsync();
        await phone.ShowsAsync("one", "two");
        await Expect(desk.Entry("carol").Locator(".unread")).ToBeEmptyAsync();

        await phone.Page.CloseAsync();
        await carol.SendAsync("carol:bob:three");
        await Expect(desk.Entry("carol").Locator(".unread")).ToHaveTextAsync("1");
        await desk.Page.ReloadAsync();
        await desk.IsSignedInAsync("bob");
        await Expect(desk.Entry("carol").Locator(".unread")).ToHaveTextAsync("1");
        PageErrors.Should().BeEmpty(because: "the page must log no error");
    }

    [Fact]
    public async Task RoomLeftOnOneDevice_IsLeftOnAll()
    {
        var (alice, bob, phone) = (await SignInAsync("alice"), await SignInAsync("bob"), await SignInAsync("bob"));
        await alice.WriteToAsync("#garden");
        await bob.WriteToAsync("#garden");
        await alice.SendAsync("hi");
        await bob.ShowsAsync("hi");
        await Expect(phone.Entry("#garden")).ToBeVisibleAsync();

        await bob.LeaveRoomAsync();
        await alice.SendAsync("still here?");
        await alice.ShowsAsync("hi", "still here?");

        await phone.Page.ReloadAsync();
        await phone.IsSignedInAsync("bob");
        await bob.WriteToAsync("alice");
        await bob.SendAsync("I have left");
        await Expect(phone.Entry("alice").Locator(".entry-last")).ToHaveTextAsync("You: I have left");
        await Expect(phone.Entry("#garden")).ToBeHiddenAsync();
        await Expect(bob.Entry("#garden")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task RoomLeftElsewhere_IsGoneWhenThePageIsVisible()
    {
        var (desk, phone) = (await SignInAsync("bob"), await SignInAsync("bob"));
        await desk.WriteToAsync("#garden");
        await desk.SendAsync("hi");
        await desk.ShowsAsync("hi");
        await desk.HideAsync();
        await phone.Entry("#garden").ClickAsync();
        await phone.LeaveRoomAsync();
        await desk.ShowAsync();
        await Expect(desk.Entry("#garden")).ToBeHiddenAsync();
        await Expect(desk.Page.Locator("#peer")).ToBeHiddenAsync();
        PageErrors.Should().BeEmpty(because: "the page must log no error");
    }

    [Fact]
    public async Task RefusedDraft_CanBeRetried()
    {
        var (alice, bob) = (await SignInAsync("alice"), await SignInAsync("bob"));
        await alice.WriteToAsync("#garden");
        await alice.SendAsync("first");
        await alice.ShowsAsync("first");
        // Another device leaves the room. This page does not know it.
        var other = await SignInAsync("alice");
        await other.Entry("#garden").ClickAsync();
        await other.LeaveRoomAsync();
        await alice.SendAsync("second");
        await Expect(alice.Page.Locator(".draft.failed .draft-state")).ToContainTextAsync("Not sent:");

        await alice.WriteToAsync("#garden");
        await alice.Page.GetByRole(AriaRole.Button, new() { Name = "Retry" }).ClickAsync();
        await alice.ShowsAsync("first", "second");
        await bob.WriteToAsync("#garden");
        await bob.ShowsAsync("first", "second");
    }

    [Fact]
    public async Task OneDeviceTooMany_ConnectsWhenAnotherLeaves()
    {
        var tablet = await SignInAsync("alice");
        for (var i = 1; i < ConnectionsPerUser; i++)
            await SignInAsync("alice");
        var page = await (await ContextAsync()).NewPageAsync();
        await page.GotoAsync(Address.ToString());
        await page.GetByLabel("Your name").FillAsync("alice");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#banner")).ToContainTextAsync("The server accepts no more connections now");
        await tablet.Page.CloseAsync();
        await ChatPage.OfAsync(page, "alice");
        await Expect(page.Locator("#banner")).ToBeHiddenAsync();
    }
}
