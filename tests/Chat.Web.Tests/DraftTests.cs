using Chat.Server.Tests.Running;
using Xunit.Abstractions;
using static Microsoft.Playwright.Assertions;

namespace Chat.Web.Tests;

/// <summary>Messages that are written while the connection is lost.</summary>
public sealed class DraftTests(Browser browser, ITestOutputHelper output) : PageTest(browser, output)
{
    [Fact]
    public async Task DraftsWrittenOffline_AreSentOnceInOrder()
    {
        var absent = await ContextAsync();
        var (alice, bob) = (await SignInAsync("alice", absent), await SignInAsync("bob"));
        await alice.WriteToAsync("bob");
        await alice.SendAsync("before");
        await bob.Entry("alice").ClickAsync();
        await bob.ShowsAsync("before");

        var failedAttempts = 0;
        alice.Page.RequestFailed += (_, _) => Interlocked.Increment(ref failedAttempts);
        await absent.SetOfflineAsync(true);
        await alice.StateIsAsync("Reconnecting…");
        await Expect(alice.Page.Locator("#banner")).ToContainTextAsync("Connection lost.");
        string[] written = ["one", "two", "three", "four", "five"];
        foreach (var content in written)
        {
            await alice.SendAsync(content);
            var before = Volatile.Read(ref failedAttempts);
            await Wait.UntilAsync(() => Task.FromResult(Volatile.Read(ref failedAttempts) > before), "A failed attempt to connect");
        }
        await bob.SendAsync("are you there?");
        await Expect(alice.Drafts).ToHaveTextAsync(written);
        await bob.ShowsAsync("before", "are you there?");

        await absent.SetOfflineAsync(false);
        await alice.StateIsAsync("Connected");
        string[] said = ["before", "are you there?", .. written];
        await alice.ShowsAsync(said);
        await bob.ShowsAsync(said);
        await Expect(alice.Page.Locator("#banner")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Drafts_SurviveAReload()
    {
        var context = await ContextAsync();
        var (alice, bob) = (await SignInAsync("alice", context), await SignInAsync("bob"));
        await alice.WriteToAsync("bob");
        await context.RouteAsync("**/chat/**", route => route.AbortAsync());
        await context.RouteWebSocketAsync("**/chat?*", socket => _ = socket.CloseAsync());
        await alice.Page.ReloadAsync();
        await alice.Page.GetByLabel("Write to").FillAsync("bob");
        await alice.Page.Keyboard.PressAsync("Enter");
        await alice.SendAsync("one");
        await alice.SendAsync("two");
        await Expect(alice.Drafts).ToHaveTextAsync(["one", "two"]);

        // Another tab has the same drafts. Each draft is sent once.
        var other = await context.NewPageAsync();
        await other.AddInitScriptAsync("sessionStorage.setItem('chat.session', JSON.stringify({ user: 'alice' }))");
        await other.GotoAsync(Address.ToString());
        await alice.Page.ReloadAsync();
        await context.UnrouteAllAsync();
        await alice.IsSignedInAsync("alice");
        await bob.Entry("alice").ClickAsync();
        await bob.ShowsAsync("one", "two");
        await alice.Entry("bob").ClickAsync();
        await alice.ShowsAsync("one", "two");
    }
}
