using System.Text.RegularExpressions;
using Chat.Server.Tests.Push;
using Microsoft.Playwright;
using Xunit.Abstractions;
using static Microsoft.Playwright.Assertions;

namespace Chat.Web.Tests;

public sealed class RawPageTests(Browser browser, ITestOutputHelper output) : PageTest(browser, output)
{
    internal const string Exact = "a: b :: 👩‍👩‍👧 c: é";

    [Fact]
    public async Task OldPage_TalksToTheWebPage()
    {
        var bob = await SignInAsync("bob");
        await bob.WriteToAsync("alice");
        await bob.SendAsync("are you there?");
        await bob.SendAsync(Exact);
        await bob.ShowsAsync("are you there?", Exact);

        var alice = await OpenRawPageAsync("alice");
        (await alice.FramesAsync("bob", Exact)).Should().Equal("bob:are you there?", $"bob:{Exact}");
        await alice.SendAsync("bob", Exact);
        await bob.ShowsAsync("are you there?", Exact, Exact);
        PageErrors.Should().BeEmpty(because: "the page must log no error");
    }

    [Fact]
    public async Task Refusal_IsShownAsAnError()
    {
        var alice = await OpenRawPageAsync("alice");
        await alice.SendAsync("#garden", "hi");
        var refusal = alice.Page.Locator("#log .error");
        await Expect(refusal).ToHaveTextAsync(new Regex("^system:error forbidden ."));
        await Expect(refusal).ToHaveCSSAsync("color", "rgb(204, 51, 51)");
    }

    [Fact]
    public async Task KickedOldPage_DoesNotReconnect()
    {
        var alice = await OpenRawPageAsync("alice");
        await alice.SendAsync("alice", "registered");
        await Expect(alice.Line("alice:registered")).ToBeVisibleAsync(); // before that, the server does not know whose connection it is
        using var boss = Keys.Client(Address, OperatorKey);
        (await boss.DeleteAsync(new Uri("/api/v1/users/alice/connections", UriKind.Relative))).EnsureSuccessStatusCode().Dispose();
        await Expect(alice.Page.Locator("#log .error")).ToHaveTextAsync(new Regex(@"^closed \(4403\): ."));
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task OldPage_IsAccessible(ColorScheme scheme)
    {
        var alice = await OpenRawPageAsync("alice");
        await alice.Page.EmulateMediaAsync(new() { ColorScheme = scheme });
        for (var i = 0; i < 12; i++)
            await alice.SendAsync("#garden", "refused, and so much that the log is scrolled");
        await Expect(alice.Page.Locator("#log .error").First).ToBeVisibleAsync();
        (await Accessibility.FindingsAsync(alice.Page)).Should().BeEmpty();
    }

    [Fact]
    public async Task InvalidAddress_IsReported()
    {
        var alice = await OpenRawPageAsync("alice");
        await alice.ConnectAsync("localhost:5000", "alice");
        await Expect(alice.Page.Locator("#log .error")).ToHaveTextAsync("not a WebSocket address: localhost:5000");
        PageErrors.Should().BeEmpty(because: "the page shows it, and the console stays empty");
    }
}
