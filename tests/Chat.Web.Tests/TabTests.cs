using Xunit.Abstractions;
using static Microsoft.Playwright.Assertions;

namespace Chat.Web.Tests;

/// <summary>Tabs that are frozen, are closed, or share their drafts.</summary>
public sealed class TabTests(Browser browser, ITestOutputHelper output) : PageRestartTest(browser, output)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task FrozenPage_CatchesUpOnceInOrder(bool serverIsKilled)
    {
        await using var tab = await OpenTabAsync();
        var bob = await ChatPage.SignInAsync(tab.Page, "bob");
        var before = await SendAsync("before", 2);
        await bob.Entry("carol").ClickAsync();
        await bob.ShowsAsync(before);

        await tab.FreezeAsync();
        var meanwhile = await SendAsync("meanwhile", 6);
        if (serverIsKilled)
        {
            Server.Kill();
            await Server.StartAsync();
            meanwhile = [.. meanwhile, .. await SendAsync("after the kill", 6)];
        }
        (await bob.Messages.AllTextContentsAsync()).Should().Equal(before);
        (await tab.TimersSinceFreezeAsync()).Should().Be(0, because: "no script runs in a frozen page");

        await tab.ThawAsync();
        await bob.ShowsAsync([.. before, .. meanwhile]);
        await bob.StateIsAsync("Connected");
        var after = await SendAsync("after", 1);
        await bob.ShowsAsync([.. before, .. meanwhile, .. after]);

        // The messages are durable when it returns.
        async Task<string[]> SendAsync(string content, int count)
        {
            var said = Enumerable.Range(1, count).Select(i => $"{content} {i}").ToArray();
            var carol = await RawAsync("carol");
            foreach (var one in said)
                await carol.SendAsync($"carol:bob:{one}");
            await carol.CloseAsync();
            return said;
        }
    }

    [Fact]
    public async Task DraftsOfAClosedTab_AreSentOnceByOthers()
    {
        var context = await ContextAsync();
        var (first, second, bob) = (await SignInAsync("alice", context), await SignInAsync("alice", context), await SignInAsync("bob"));
        await first.WriteToAsync("bob");
        await second.WriteToAsync("bob");
        var cutOff = await context.NewPageAsync();
        await cutOff.RouteAsync("**/chat/**", route => route.AbortAsync());
        await cutOff.GotoAsync(Address.ToString());
        await cutOff.GetByLabel("Your name").FillAsync("alice");
        await cutOff.Keyboard.PressAsync("Enter");
        await cutOff.GetByLabel("Write to").FillAsync("bob");
        await cutOff.Keyboard.PressAsync("Enter");
        string[] written = ["one", "two", "three"];
        foreach (var content in written)
        {
            await cutOff.GetByPlaceholder("Message").FillAsync(content);
            await cutOff.Keyboard.PressAsync("Enter");
        }
        await cutOff.CloseAsync();

        await first.ShowsAsync(written);
        await second.ShowsAsync(written);
        await bob.Entry("alice").ClickAsync();
        await bob.ShowsAsync(written);
        // No draft is left to be sent again.
        foreach (var page in new[] { first, second })
        {
            await page.Page.ReloadAsync();
            await page.IsSignedInAsync("alice");
        }
        await first.WriteToAsync("bob");
        await first.SendAsync("four");
        await bob.ShowsAsync([.. written, "four"]);
        await first.ShowsAsync([.. written, "four"]);
    }

    [Fact]
    public async Task ReconnectingTabs_SendEachDraftOnce()
    {
        var context = await ContextAsync();
        var (first, second, bob) = (await SignInAsync("alice", context), await SignInAsync("alice", context), await SignInAsync("bob"));
        await first.WriteToAsync("bob");
        await second.WriteToAsync("bob");
        await context.SetOfflineAsync(true);
        await first.StateIsAsync("Reconnecting…");
        await second.StateIsAsync("Reconnecting…");
        await first.SendAsync("one");
        await Expect(second.Drafts).ToHaveTextAsync(["one"]);
        await second.SendAsync("two");
        await Expect(first.Drafts).ToHaveTextAsync(["one", "two"]);

        await context.SetOfflineAsync(false);
        await first.StateIsAsync("Connected");
        await second.StateIsAsync("Connected");
        await first.ShowsAsync("one", "two");
        await second.ShowsAsync("one", "two");
        await bob.Entry("alice").ClickAsync();
        await bob.SendAsync("Got it.");
        foreach (var page in new[] { first, second, bob })
            await page.ShowsAsync("one", "two", "Got it.");
    }
}
