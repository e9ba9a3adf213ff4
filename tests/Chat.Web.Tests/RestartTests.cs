using Chat.Server.Tests.Running;
using Xunit.Abstractions;
using static Microsoft.Playwright.Assertions;

namespace Chat.Web.Tests;

public sealed class RestartTests(Browser browser, ITestOutputHelper output) : InBrowsers(browser, output)
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
        await other.GotoAsync(Server.Address.ToString());
        await alice.Page.ReloadAsync();
        await context.UnrouteAllAsync();
        await alice.IsSignedInAsync("alice");
        await bob.Entry("alice").ClickAsync();
        await bob.ShowsAsync("one", "two");
        await alice.Entry("bob").ClickAsync();
        await alice.ShowsAsync("one", "two");
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
        await Server.TerminateAsync();
        await Expect(alice.Page.Locator("#notice-text")).ToContainTextAsync("The server is stopping.");
        await Server.StartAsync();
        await alice.StateIsAsync("Connected");
        await Expect(alice.Page.Locator("#notice")).ToBeHiddenAsync();
    }
}
