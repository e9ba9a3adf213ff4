using System.Globalization;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Chat.Server.Tests.Push;
using Chat.Server.Tests.Running;
using Microsoft.Playwright;
using Xunit.Abstractions;
using static Microsoft.Playwright.Assertions;

namespace Chat.Web.Tests;

public sealed class HistoryTests(Browser browser, ITestOutputHelper output) : PageTest(browser, output)
{
    [Fact]
    public async Task ReloadedTab_ShowsTheSameUserAndMessages()
    {
        var context = await ContextAsync();
        var (alice, bob) = (await SignInAsync("alice", context), await SignInAsync("bob", context));
        await alice.WriteToAsync("bob");
        await bob.WriteToAsync("alice");
        var said = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            await alice.SendAsync($"question {i}");
            await bob.ShowsAsync([.. said, $"question {i}"]);
            await bob.SendAsync($"answer {i}");
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
    public async Task EarlierMessages_LoadOnceWhileScrollingUp()
    {
        var carol = await RawAsync("carol");
        var said = Enumerable.Range(0, 260).Select(i => $"{i}").ToArray();
        foreach (var content in said)
            await carol.SendAsync($"carol:bob:{content}");
        (await carol.CloseAsync()).Should().Be(1000, because: "all messages are stored before the page requests them");

        var bob = await SignInAsync("bob");
        await bob.Entry("carol").ClickAsync();
        await Expect(bob.Messages.Last).ToHaveTextAsync("259");
        string.Join('\n', await bob.ReadUpAsync()).Should().Be(string.Join('\n', said));
        PageErrors.Should().BeEmpty(because: "the page must log no error");
    }

    [Fact]
    public async Task TenThousandMessages_KeepTheDocumentSmall()
    {
        var said = await PushAsync("bob", 10_000);
        var bob = await SignInAsync("bob");
        await Expect(bob.Entry("shop").Locator(".unread")).ToHaveTextAsync("10000");
        await bob.Entry("shop").ClickAsync();
        await Expect(bob.Messages.Last).ToHaveTextAsync(said[^1]);
        string.Join('\n', await bob.ReadUpAsync()).Should().Be(string.Join('\n', said));

        await bob.Page.GetByRole(AriaRole.Button, new() { Name = "To the newest message" }).ClickAsync();
        await Expect(bob.Messages.Last).ToHaveTextAsync(said[^1]);
        await bob.SendAsync("read it all");
        await Expect(bob.Messages.Last).ToHaveTextAsync("read it all");
        PageErrors.Should().BeEmpty(because: "the page must log no error");
    }

    [Fact]
    public async Task EarlierMessages_KeepTheScrollPosition()
    {
        await PushAsync("bob", 300);
        var context = await ContextAsync();
        var held = new TaskCompletionSource();
        held.SetResult();
        await context.RouteWebSocketAsync("**/chat?*", page =>
        {
            var server = page.ConnectToServer();
            server.OnMessage(async frame =>
            {
                await held.Task;
                page.Send(frame.Text!);
            });
        });
        var bob = await SignInAsync("bob", context);
        await bob.Entry("shop").ClickAsync();
        await Expect(bob.Messages.Last).ToBeInViewportAsync();

        held = new TaskCompletionSource();
        // Scrolls near the first loaded message. The page has requested the messages before it.
        const string GoUp = """
            async list => {
                list.scrollTop = 200;
                for (let frames = 0; frames < 3; frames++) await new Promise(resolve => requestAnimationFrame(resolve));
                const middle = list.getBoundingClientRect().top + list.clientHeight / 2;
                const row = [...list.querySelectorAll(".row")].find(row => row.getBoundingClientRect().bottom > middle);
                return [row.dataset.key, String(row.getBoundingClientRect().top), String(list.scrollHeight)];
            }
            """;
        var seen = await bob.Scroller.EvaluateAsync<string[]>(GoUp);
        held.SetResult();
        await Wait.UntilAsync(
            async () => await bob.Scroller.EvaluateAsync<double>("list => list.scrollHeight") > double.Parse(seen[2], CultureInfo.InvariantCulture) + 1000, "Earlier messages");
        var top = await bob.Page.Locator($"[data-key='{seen[0]}']").EvaluateAsync<double>("row => row.getBoundingClientRect().top");
        top.Should().BeApproximately(double.Parse(seen[1], CultureInfo.InvariantCulture), 2);
    }

    [Fact]
    public async Task EarlierConversations_LoadOnceWhileScrollingDown()
    {
        var rooms = Enumerable.Range(0, 120).Select(i => $"#room {i:000}").ToArray();
        foreach (var user in (string[])["bob", "carol"])
        {
            var raw = await RawAsync(user);
            foreach (var room in rooms)
            {
                await raw.SendAsync($"{user}:{room}:");
                await raw.SendAsync($"{user}:{room}:this is {room}");
            }
            (await raw.CloseAsync()).Should().Be(1000, because: "all messages are stored before the page requests them");
        }

        var bob = await SignInAsync("bob");
        var names = bob.Page.Locator(".entry bdi");
        await Expect(names.First).ToBeVisibleAsync();
        (await names.CountAsync()).Should().BeLessThan(rooms.Length, because: "the page requests only the entries near sight");
        await Expect(bob.Page).ToHaveTitleAsync(new Regex(@"^\(\d+\+\) Chat$"));
        await Wait.UntilAsync(
            async () =>
            {
                await names.Last.ScrollIntoViewIfNeededAsync();
                return await names.CountAsync() == rooms.Length;
            },
            "All conversations");
        (await names.AllTextContentsAsync()).Should().BeEquivalentTo(rooms);
        await Expect(bob.Page).ToHaveTitleAsync($"({rooms.Length}) Chat");
        PageErrors.Should().BeEmpty(because: "the page must log no error");
    }

    [Fact]
    public async Task UnreadMessages_HaveADivider()
    {
        var (bob, carol) = (await SignInAsync("bob"), await RawAsync("carol"));
        await carol.SendAsync("carol:bob:old");
        await bob.Entry("carol").ClickAsync();
        await Expect(Rows(bob)).ToHaveTextAsync(["New messages", "old"]);
        await bob.WriteToAsync("dave");
        foreach (var content in new[] { "new", "newer" })
            await carol.SendAsync($"carol:bob:{content}");
        await Expect(bob.Entry("carol").Locator(".unread")).ToHaveTextAsync("2");
        await bob.Entry("carol").ClickAsync();
        await Expect(Rows(bob)).ToHaveTextAsync(["old", "New messages", "new", "newer"]);

        // A message to a hidden page has a divider, too. The divider disappears when the user sends a message.
        await bob.HideAsync();
        await carol.SendAsync("carol:bob:newest");
        await Expect(Rows(bob)).ToHaveTextAsync(["old", "new", "newer", "New messages", "newest"]);
        await bob.ShowAsync();
        await bob.SendAsync("I have read it");
        await Expect(Rows(bob)).ToHaveTextAsync(["old", "new", "newer", "newest", "I have read it"]);
    }

    private static ILocator Rows(ChatPage page) => page.Scroller.Locator(".content, .new");

    /// <summary>Pushes messages of unequal lengths from a back end.</summary>
    private async Task<string[]> PushAsync(string to, int count)
    {
        var said = Enumerable.Range(0, count).Select(i => $"{i} {string.Join(' ', Enumerable.Repeat("and so on", i * 7 % 19))}").ToArray();
        using var shop = Keys.Client(Address, Key);
        foreach (var batch in said.Chunk(1000))
        {
            using var answer = await shop.PostAsJsonAsync(new Uri("/api/v1/messages/batch", UriKind.Relative), new { messages = batch.Select(content => new { to, content }) });
            answer.EnsureSuccessStatusCode();
        }
        return said;
    }
}
