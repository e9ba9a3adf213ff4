using Xunit.Abstractions;
using static Microsoft.Playwright.Assertions;

namespace Chat.Web.Tests;

public sealed class RestartTests(Browser browser, ITestOutputHelper output) : InBrowsers(browser, output)
{
    [Fact]
    public async Task EverythingArrivesOnceAndInOrderOverAKilledServer()
    {
        var absent = await PersonAsync();
        var (alice, bob) = (await SignInAsync("alice"), await SignInAsync("bob", absent));
        await alice.WriteToAsync("bob");
        await alice.SayAsync("before");
        await bob.Entry("alice").ClickAsync();
        await bob.ShowsAsync("before");

        Server.Kill();
        await alice.StateIsAsync("Reconnecting…");
        await bob.StateIsAsync("Reconnecting…");
        await alice.SayAsync("while it was down 1");
        await alice.SayAsync("while it was down 2");
        await Expect(alice.Drafts).ToHaveTextAsync(["while it was down 1", "while it was down 2"]);

        // So that bob has something to resume, and does not hear it live.
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
        await bob.SayAsync("after");
        await alice.ShowsAsync([.. said, "after"]);
        await bob.ShowsAsync([.. said, "after"]);
    }

    [Fact]
    public async Task TwoBrowsersAndAnOldPageEndWithTheSameOverAKilledServer()
    {
        var (alice, bob, carol) = (await SignInAsync("alice"), await SignInAsync("bob"), await RawAsync("carol"));
        await carol.SendAsync("carol:#garden:");
        await carol.SendAsync("carol:#garden:carol 0");
        var before = new List<string> { Content(await carol.ReceiveAsync()) };
        await alice.WriteToAsync("#garden");
        await bob.WriteToAsync("#garden");
        for (var i = 0; i < 3; i++)
        {
            await alice.SayAsync($"alice {i}");
            await bob.SayAsync($"bob {i}");
            await carol.SendAsync($"carol:#garden:carol {i + 1}");
        }
        before.AddRange((await carol.ReceiveAsync(9)).Select(Content));
        await alice.ShowsAsync([.. before]);

        Server.Kill();
        for (var i = 3; i < 6; i++)
        {
            await alice.SayAsync($"alice {i}");
            await bob.SayAsync($"bob {i}");
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
        foreach (var person in new[] { "alice", "bob", "carol" })
            said.Where(content => content.StartsWith(person, StringComparison.Ordinal)).Should().BeInAscendingOrder(StringComparer.Ordinal);

        // A raw client may hear again what it could not confirm.
        var heard = (await carol.ReceiveUntilAsync($"#garden:{said[^1].Split(' ')[0]}:{said[^1]}")).Select(Content);
        before.Concat(heard).Distinct().Should().Equal(said);

        static string Content(string frame) => frame.Split(':', 3)[2];
    }

    [Fact]
    public async Task WhatIsWrittenInAMinuteOfflineIsSentOnceAndInOrder()
    {
        var absent = await PersonAsync();
        var (alice, bob) = (await SignInAsync("alice", absent), await SignInAsync("bob"));
        await alice.WriteToAsync("bob");
        await alice.SayAsync("before");
        await bob.Entry("alice").ClickAsync();
        await bob.ShowsAsync("before");

        await absent.SetOfflineAsync(true);
        var minute = Task.Delay(TimeSpan.FromMinutes(1));
        await alice.StateIsAsync("Reconnecting…");
        await Expect(alice.Page.Locator("#banner")).ToContainTextAsync("Connection lost.");
        string[] written = ["one", "two", "three", "four", "five"];
        foreach (var content in written)
        {
            await alice.SayAsync(content);
            // Long enough for an attempt, or several, to connect.
            await Task.Delay(TimeSpan.FromSeconds(8));
        }
        await bob.SayAsync("are you there?");
        await minute;
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
    public async Task WhatWaitsSurvivesAReload()
    {
        var person = await PersonAsync();
        var (alice, bob) = (await SignInAsync("alice", person), await SignInAsync("bob"));
        await alice.WriteToAsync("bob");
        await person.RouteAsync("**/chat/**", route => route.AbortAsync());
        await person.RouteWebSocketAsync("**/chat?*", socket => _ = socket.CloseAsync());
        await alice.Page.ReloadAsync();
        await alice.Page.GetByLabel("Write to").FillAsync("bob");
        await alice.Page.Keyboard.PressAsync("Enter");
        await alice.SayAsync("one");
        await alice.SayAsync("two");
        await Expect(alice.Drafts).ToHaveTextAsync(["one", "two"]);

        // Another tab has them, too, and neither sends what the other has sent.
        var other = await person.NewPageAsync();
        await other.AddInitScriptAsync("sessionStorage.setItem('chat.session', JSON.stringify({ user: 'alice' }))");
        await other.GotoAsync(Server.Address.ToString());
        await alice.Page.ReloadAsync();
        await person.UnrouteAllAsync();
        await alice.IsSignedInAsync("alice");
        await bob.Entry("alice").ClickAsync();
        await bob.ShowsAsync("one", "two");
        await alice.Entry("bob").ClickAsync();
        await alice.ShowsAsync("one", "two");
    }

    [Fact]
    public async Task AMessageWhoseReceiptTheKillSwallowedIsThereOnce()
    {
        var person = await PersonAsync();
        var hearsNothing = false;
        await person.RouteWebSocketAsync("**/chat?*", page =>
        {
            var server = page.ConnectToServer();
            server.OnMessage(frame =>
            {
                if (!hearsNothing)
                    page.Send(frame.Text!);
            });
        });
        var (alice, bob) = (await SignInAsync("alice", person), await SignInAsync("bob"));
        await alice.WriteToAsync("bob");
        await alice.SayAsync("one");
        await bob.Entry("alice").ClickAsync();
        await bob.ShowsAsync("one");

        hearsNothing = true;
        await alice.SayAsync("two");
        await bob.ShowsAsync("one", "two");
        await Expect(alice.Drafts).ToHaveTextAsync(["two"]);
        Server.Kill();
        await alice.StateIsAsync("Reconnecting…");
        hearsNothing = false;
        await Server.StartAsync();
        await alice.StateIsAsync("Connected");
        await alice.ShowsAsync("one", "two");

        await alice.SayAsync("three");
        await alice.ShowsAsync("one", "two", "three");
        await bob.ShowsAsync("one", "two", "three");
    }

    [Fact]
    public async Task WhatTheServerHasLostIsNotShownAnyMore()
    {
        var (alice, bob) = (await SignInAsync("alice"), await SignInAsync("bob"));
        await alice.WriteToAsync("bob");
        await alice.SayAsync("lost");
        await bob.Entry("alice").ClickAsync();
        await bob.ShowsAsync("lost");
        await alice.ShowsAsync("lost");

        Server.Kill();
        await alice.StateIsAsync("Reconnecting…");
        await bob.StateIsAsync("Reconnecting…");
        await alice.SayAsync("kept");
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
    public async Task WhatAServerSaidThatStoppedGoesWhenItIsBack()
    {
        var alice = await SignInAsync("alice");
        await Server.TerminateAsync();
        await Expect(alice.Page.Locator("#notice-text")).ToContainTextAsync("The server is stopping.");
        await Server.StartAsync();
        await alice.StateIsAsync("Connected");
        await Expect(alice.Page.Locator("#notice")).ToBeHiddenAsync();
    }
}
