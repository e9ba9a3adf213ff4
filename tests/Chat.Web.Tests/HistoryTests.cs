using Microsoft.Playwright;
using Xunit.Abstractions;
using static Microsoft.Playwright.Assertions;

namespace Chat.Web.Tests;

public sealed class HistoryTests(Browser browser, ITestOutputHelper output) : InBrowsers(browser, output)
{
    [Fact]
    public async Task AReloadedTabIsTheSamePersonAndShowsTheSameMessages()
    {
        var person = await PersonAsync();
        var (alice, bob) = (await SignInAsync("alice", person), await SignInAsync("bob", person));
        await alice.WriteToAsync("bob");
        await bob.WriteToAsync("alice");
        var said = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            await alice.SayAsync($"question {i}");
            await bob.ShowsAsync([.. said, $"question {i}"]);
            await bob.SayAsync($"answer {i}");
            said.AddRange([$"question {i}", $"answer {i}"]);
            await alice.ShowsAsync([.. said]);
        }
        await bob.ShowsAsync([.. said]);

        foreach (var (tab, user, peer) in new[] { (alice, "alice", "bob"), (bob, "bob", "alice") })
        {
            await tab.Page.ReloadAsync();
            await tab.IsSignedInAsync(user);
            await tab.Entry(peer).ClickAsync();
            await tab.ShowsAsync([.. said]);
        }
    }

    [Fact]
    public async Task EarlierMessagesComeWhenAskedForEachOnce()
    {
        var carol = await RawAsync("carol");
        var said = Enumerable.Range(0, 260).Select(i => $"{i}").ToArray();
        foreach (var content in said)
            await carol.SendAsync($"carol:bob:{content}");
        (await carol.CloseAsync()).Should().Be(1000, because: "all is stored before the page asks for it");

        var bob = await SignInAsync("bob");
        await bob.Entry("carol").ClickAsync();
        await bob.ShowsAsync(said[^200..]);
        var earlier = bob.Page.GetByRole(AriaRole.Button, new() { Name = "Show earlier messages" });
        await earlier.ClickAsync();
        await bob.ShowsAsync(said[^250..]);
        await earlier.ClickAsync();
        await bob.ShowsAsync(said);
        await Expect(earlier).ToBeHiddenAsync();
    }
}
