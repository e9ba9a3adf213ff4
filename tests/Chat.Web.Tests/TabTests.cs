using Xunit.Abstractions;
using static Microsoft.Playwright.Assertions;

namespace Chat.Web.Tests;

/// <summary>Tabs that sleep, are closed, or share what was written with others.</summary>
public sealed class TabTests(Browser browser, ITestOutputHelper output) : InBrowsers(browser, output)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AFrozenPageHasEverythingOnceAndInOrderAfterwards(bool serverIsKilled)
    {
        await using var tab = await OpenTabAsync();
        var bob = await ChatPage.SignInAsync(tab.Page, "bob");
        var before = await SayAsync("before", 2);
        await bob.Entry("carol").ClickAsync();
        await bob.ShowsAsync(before);

        await tab.FreezeAsync();
        var meanwhile = await SayAsync("meanwhile", 6);
        if (serverIsKilled)
        {
            Server.Kill();
            await Server.StartAsync();
            meanwhile = [.. meanwhile, .. await SayAsync("after the kill", 6)];
        }
        (await bob.Messages.AllTextContentsAsync()).Should().Equal(before);
        (await tab.TurnsAsync()).Should().Be(0, because: "nothing runs in a frozen page");

        await tab.ThawAsync();
        await bob.ShowsAsync([.. before, .. meanwhile]);
        await bob.StateIsAsync("Connected");
        var after = await SayAsync("after", 1);
        await bob.ShowsAsync([.. before, .. meanwhile, .. after]);

        // Durable when it returns.
        async Task<string[]> SayAsync(string content, int count)
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
    public async Task WhatAClosedTabHasNotSentTheOthersSendOnce()
    {
        var person = await PersonAsync();
        var (first, second, bob) = (await SignInAsync("alice", person), await SignInAsync("alice", person), await SignInAsync("bob"));
        await first.WriteToAsync("bob");
        await second.WriteToAsync("bob");
        var cutOff = await person.NewPageAsync();
        await cutOff.RouteAsync("**/chat/**", route => route.AbortAsync());
        await cutOff.GotoAsync(Server.Address.ToString());
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
        // Nothing is left to be sent again.
        foreach (var page in new[] { first, second })
        {
            await page.Page.ReloadAsync();
            await page.IsSignedInAsync("alice");
        }
        await first.WriteToAsync("bob");
        await first.SayAsync("four");
        await bob.ShowsAsync([.. written, "four"]);
        await first.ShowsAsync([.. written, "four"]);
    }

    [Fact]
    public async Task TwoTabsThatComeBackTogetherSendOneDraftOnce()
    {
        var person = await PersonAsync();
        var (first, second, bob) = (await SignInAsync("alice", person), await SignInAsync("alice", person), await SignInAsync("bob"));
        await first.WriteToAsync("bob");
        await second.WriteToAsync("bob");
        await person.SetOfflineAsync(true);
        await first.StateIsAsync("Reconnecting…");
        await second.StateIsAsync("Reconnecting…");
        await first.SayAsync("one");
        await Expect(second.Drafts).ToHaveTextAsync(["one"]);
        await second.SayAsync("two");
        await Expect(first.Drafts).ToHaveTextAsync(["one", "two"]);

        await person.SetOfflineAsync(false);
        await first.StateIsAsync("Connected");
        await second.StateIsAsync("Connected");
        await first.ShowsAsync("one", "two");
        await second.ShowsAsync("one", "two");
        await bob.Entry("alice").ClickAsync();
        await bob.SayAsync("Got it.");
        foreach (var page in new[] { first, second, bob })
            await page.ShowsAsync("one", "two", "Got it.");
    }
}
