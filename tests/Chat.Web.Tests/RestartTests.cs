using Chat.Server.Tests.Push;
using Chat.Server.Tests.Running;
using Xunit.Abstractions;
using static Microsoft.Playwright.Assertions;

namespace Chat.Web.Tests;

public sealed class RestartTests(Browser browser, ITestOutputHelper output) : PageRestartTest(browser, output)
{
    [Fact]
    public async Task KilledServer_MessagesArriveOnceInOrder()
    {
        var absent = await ContextAsync();
        var (alice, bob) = (await SignInAsync("alice"), await SignInAsync("bob", absent));
        await alice.WriteToAsync("bob");
        await alice.SendAsync("before");
        await bob.Entry("alice").ClickAsync();
        await bob.ShowsAsync("before");

        Server.Kill();
        await alice.StateIsAsync("Reconnecting…");
        await bob.StateIsAsync("Reconnecting…");
        await alice.SendAsync("while it was down 1");
        await alice.SendAsync("while it was down 2");
        await Expect(alice.Drafts).ToHaveTextAsync(["while it was down 1", "while it was down 2"]);

        // Bob is offline, so that he misses the messages and must resume.
        await absent.SetOfflineAsync(true);
        await Server.StartAsync();
        await alice.StateIsAsync("Connected");
        string[] said = ["before", "while it was down 1", "while it was down 2"];
        await alice.ShowsAsync(said);
        await bob.StateIsAsync("Reconnecting…");
        await bob.ShowsAsync("before");

        await absent.SetOfflineAsync(false);
        await bob.StateIsAsync("Connected");
        await bob.ShowsAsync(said);
        await bob.SendAsync("after");
        await alice.ShowsAsync([.. said, "after"]);
        await bob.ShowsAsync([.. said, "after"]);
    }

    [Fact]
    public async Task KilledServer_AllClientsEndWithTheSameMessages()
    {
        var (alice, bob, carol) = (await SignInAsync("alice"), await SignInAsync("bob"), await RawAsync("carol"));
        await carol.SendAsync("carol:#garden:");
        await carol.SendAsync("carol:#garden:carol 0");
        var before = new List<string> { Content(await carol.ReceiveAsync()) };
        await alice.WriteToAsync("#garden");
        await bob.WriteToAsync("#garden");
        for (var i = 0; i < 3; i++)
        {
            await alice.SendAsync($"alice {i}");
            await bob.SendAsync($"bob {i}");
            await carol.SendAsync($"carol:#garden:carol {i + 1}");
        }
        before.AddRange((await carol.ReceiveAsync(9)).Select(Content));
        await alice.ShowsAsync([.. before]);

        Server.Kill();
        for (var i = 3; i < 6; i++)
        {
            await alice.SendAsync($"alice {i}");
            await bob.SendAsync($"bob {i}");
        }
        await Server.StartAsync();
        carol = await RawAsync("carol");
        await carol.SendAsync("carol:#garden:carol 4");
        await alice.StateIsAsync("Connected");
        await bob.StateIsAsync("Connected");
        await Expect(alice.Messages).ToHaveCountAsync(17);
        var said = await alice.Messages.AllTextContentsAsync();
        await bob.ShowsAsync([.. said]);
        await alice.ShowsAsync([.. said]);
        said.Take(10).Should().Equal(before);
        said.Should().OnlyHaveUniqueItems();
        foreach (var user in new[] { "alice", "bob", "carol" })
            said.Where(content => content.StartsWith(user, StringComparison.Ordinal)).Should().BeInAscendingOrder(StringComparer.Ordinal);

        // The server may repeat what the raw client could not confirm.
        var received = (await carol.ReceiveUntilAsync($"#garden:{said[^1].Split(' ')[0]}:{said[^1]}")).Select(Content);
        before.Concat(received).Distinct().Should().Equal(said);

        static string Content(string frame) => frame.Split(':', 3)[2];
    }

    [Fact]
    public async Task LostReceipt_MessageIsStoredOnce()
    {
        var context = await ContextAsync();
        var isSilent = false;
        await context.RouteWebSocketAsync("**/chat?*", page =>
        {
            var server = page.ConnectToServer();
            server.OnMessage(frame =>
            {
                if (!isSilent)
                    page.Send(frame.Text!);
            });
        });
        var (alice, bob) = (await SignInAsync("alice", context), await SignInAsync("bob"));
        await alice.WriteToAsync("bob");
        await alice.SendAsync("one");
        await bob.Entry("alice").ClickAsync();
        await bob.ShowsAsync("one");

        isSilent = true;
        await alice.SendAsync("two");
        await bob.ShowsAsync("one", "two");
        await Expect(alice.Drafts).ToHaveTextAsync(["two"]);
        Server.Kill();
        await alice.StateIsAsync("Reconnecting…");
        isSilent = false;
        await Server.StartAsync();
        await alice.StateIsAsync("Connected");
        await alice.ShowsAsync("one", "two");

        await alice.SendAsync("three");
        await alice.ShowsAsync("one", "two", "three");
        await bob.ShowsAsync("one", "two", "three");
    }

    [Fact]
    public async Task LostMessages_DisappearFromThePage()
    {
        var (alice, bob) = (await SignInAsync("alice"), await SignInAsync("bob"));
        await alice.WriteToAsync("bob");
        await alice.SendAsync("lost");
        await bob.Entry("alice").ClickAsync();
        await bob.ShowsAsync("lost");
        await alice.ShowsAsync("lost");

        Server.Kill();
        await alice.StateIsAsync("Reconnecting…");
        await bob.StateIsAsync("Reconnecting…");
        await alice.SendAsync("kept");
        foreach (var file in Directory.GetFiles(Server.Folder, Path.GetFileName(Server.Database) + "*"))
            File.Delete(file);
        await Server.StartAsync();
        foreach (var page in new[] { alice, bob })
        {
            await Expect(page.Page.Locator("#notice-text")).ToHaveTextAsync("The server no longer has some of the messages.");
            await page.ShowsAsync("kept");
        }
    }

    [Fact]
    public async Task StopNotice_DisappearsOnReconnect()
    {
        var alice = await SignInAsync("alice");
        using (var boss = Keys.Client(Address, OperatorKey))
            await Wait.UntilAsync(async () => (await boss.GetStringAsync("/api/v1/users/alice")).Contains("\"online\":true", StringComparison.Ordinal), "The connection");
        await Server.TerminateAsync();
        await Expect(alice.Page.Locator("#notice-text")).ToContainTextAsync("The server is stopping.");
        await Server.StartAsync();
        await alice.StateIsAsync("Connected");
        await Expect(alice.Page.Locator("#notice")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task RemovedMember_ReceivesOtherMessages()
    {
        var context = await ContextAsync();
        var alice = await SignInAsync("alice", context);
        await alice.WriteToAsync("#garden");
        await alice.SendAsync("here");
        await alice.ShowsAsync("here");
        await (await RawAsync("bob")).SendAsync("bob:alice:hello");
        await alice.Entry("bob").ClickAsync();
        await alice.ShowsAsync("hello");
        using (var shop = Keys.Client(Address, Key))
            (await shop.DeleteAsync(new Uri("/api/v1/rooms/garden/members/alice", UriKind.Relative))).EnsureSuccessStatusCode();

        // Alice is offline, so that she misses messages and must resume.
        Server.Kill();
        await alice.StateIsAsync("Reconnecting…");
        await context.SetOfflineAsync(true);
        await Server.StartAsync();
        var bob = await RawAsync("bob");
        await bob.SendAsync("bob:alice:are you there?");
        await bob.SendAsync("bob:bob:it is stored");
        (await bob.ReceiveAsync()).Should().Be("bob:it is stored");
        await context.SetOfflineAsync(false);
        await alice.ShowsAsync("hello", "are you there?");
    }
}
