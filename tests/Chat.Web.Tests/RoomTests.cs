using Chat.Server.Tests.Push;
using Xunit.Abstractions;
using static Microsoft.Playwright.Assertions;

namespace Chat.Web.Tests;

public sealed class RoomTests(Browser browser, ITestOutputHelper output) : PageTest(browser, output)
{
    [Fact]
    public async Task SeveralUsers_TalkInARoom()
    {
        var (alice, bob, carol) = (await SignInAsync("alice"), await SignInAsync("bob"), await RawAsync("carol"));
        await carol.SendAsync("carol:#garden:");
        await carol.SendAsync("carol:#garden:who is here?");
        (await carol.ReceiveAsync()).Should().Be("#garden:carol:who is here?");
        await alice.WriteToAsync("#garden");
        await alice.ShowsAsync("who is here?");
        await bob.WriteToAsync("#garden");
        await bob.ShowsAsync("who is here?");
        await alice.SendAsync("alice: I am");
        await bob.ShowsAsync("who is here?", "alice: I am");
        await Expect(bob.Page.Locator("#messages .from")).ToHaveTextAsync(["carol", "alice"]);
        (await carol.ReceiveAsync()).Should().Be("#garden:alice:alice: I am");

        // A user in another conversation sees an unread count, and all messages after a reload.
        await bob.WriteToAsync("alice");
        await alice.SendAsync("bob?");
        await Expect(bob.Entry("#garden").Locator(".unread")).ToHaveTextAsync("1");
        await bob.Page.ReloadAsync();
        await bob.IsSignedInAsync("bob");
        await bob.Entry("#garden").ClickAsync();
        await bob.ShowsAsync("who is here?", "alice: I am", "bob?");
        PageErrors.Should().BeEmpty(because: "the page must log no error");
    }

    [Fact]
    public async Task Figure_StaysCurrent()
    {
        using var shop = Keys.Client(Address, Key);
        var alice = await SignInAsync("alice");
        await Expect(alice.Page.Locator("#figure")).ToBeHiddenAsync();
        foreach (var sold in (int[])[5, 6, 7])
        {
            using var answer = await shop.PutAsync(new Uri("/api/v1/topics/stats.sales", UriKind.Relative), new StringContent($$"""{"today":{{sold}}}"""));
            answer.EnsureSuccessStatusCode();
            await Expect(alice.Page.Locator("#figure")).ToHaveTextAsync($"stats.sales: today {sold}");
        }
        await alice.Page.ReloadAsync();
        await alice.IsSignedInAsync("alice");
        await Expect(alice.Page.Locator("#figure")).ToHaveTextAsync("stats.sales: today 7");
        PageErrors.Should().BeEmpty(because: "the page must log no error");
    }

    [Fact]
    public async Task RoomOpenedOffline_IsJoinedOnConnect()
    {
        var context = await ContextAsync();
        var (alice, bob) = (await SignInAsync("alice", context), await SignInAsync("bob"));
        await bob.WriteToAsync("#garden");
        await bob.SendAsync("who is here?");
        await bob.ShowsAsync("who is here?");
        await context.SetOfflineAsync(true);
        await alice.StateIsAsync("Reconnecting…");
        await alice.WriteToAsync("#garden");
        await alice.SendAsync("I am");
        await Expect(alice.Page.Locator("#notice-text")).ToHaveTextAsync("You will enter the room when the connection is back.");

        await context.SetOfflineAsync(false);
        await bob.ShowsAsync("who is here?", "I am");
        await alice.ShowsAsync("who is here?", "I am");
        await Expect(alice.Page.Locator("#notice")).ToBeHiddenAsync();
        PageErrors.Where(error => !error.Contains("ERR_INTERNET_DISCONNECTED", StringComparison.Ordinal)).Should().BeEmpty(because: "the page must log no error");
    }
}
