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
            await Expect(page.Page.Locator("#notice-text")).ToHaveTextAsync("Some messages are not on the server any more.");
            await page.ShowsAsync("kept");
        }
    }
}
