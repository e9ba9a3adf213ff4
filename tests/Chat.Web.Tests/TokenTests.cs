using Chat.Server.Tests.Identity;
using Microsoft.Playwright;
using Xunit.Abstractions;
using static Microsoft.Playwright.Assertions;

namespace Chat.Web.Tests;

/// <summary>With the identity mode Jwt the page asks for a token, and for a new one before it expires.</summary>
public sealed class TokenTests(Browser browser, ITestOutputHelper output) : PageTest(browser, output, Tokens.Settings)
{
    [Fact]
    public async Task Token_SignsInAndIsRenewed()
    {
        var page = await (await ContextAsync()).NewPageAsync();
        await page.GotoAsync(Address.ToString());
        await page.GetByLabel("Your name").FillAsync("alice");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("This server requires a token.");

        await page.GetByLabel("Your token").FillAsync("no token");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("This is not a token with a user's name in it.");
        await page.GetByLabel("Your token").FillAsync(Tokens.Of("alice", DateTimeOffset.UtcNow.AddHours(-1)));
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("The server does not accept this token.");
        await page.GetByLabel("Your token").FillAsync(Tokens.Of("alice", DateTimeOffset.UtcNow.AddSeconds(50)));
        await page.Keyboard.PressAsync("Enter");
        var alice = await ChatPage.OfAsync(page, "alice");

        var asked = page.GetByLabel("Your token expires soon.");
        await asked.FillAsync(Tokens.Of("mallory"));
        await page.Keyboard.PressAsync("Enter");
        await Expect(asked).ToBeVisibleAsync();
        await asked.FillAsync(Tokens.Of("alice"));
        await page.Keyboard.PressAsync("Enter");
        await Expect(asked).ToBeHiddenAsync();
        await alice.WriteToAsync("alice");
        await alice.SendAsync("a note to myself");
        await alice.ShowsAsync("a note to myself");
        await page.ReloadAsync();
        await alice.IsSignedInAsync("alice");
    }

    [Fact]
    public async Task RefusedToken_CanBeReplaced()
    {
        var page = await (await ContextAsync()).NewPageAsync();
        await page.GotoAsync(Address.ToString());
        await page.GetByRole(AriaRole.Button, new() { Name = "By token" }).ClickAsync();
        // The server accepts a token for some seconds after its expiry, because clocks differ.
        await page.GetByLabel("Your token").FillAsync(Tokens.Of("alice", DateTimeOffset.UtcNow.AddSeconds(-12)));
        await page.Keyboard.PressAsync("Enter");
        var alice = await ChatPage.OfAsync(page, "alice");
        await alice.WriteToAsync("alice");
        var asked = page.GetByLabel("The server no longer accepts your token.");
        await Expect(asked).ToBeVisibleAsync();
        await alice.StateIsAsync("Not connected");
        await alice.SendAsync("it waits");
        await Expect(alice.Drafts).ToHaveTextAsync(["it waits"]);

        await asked.FillAsync(Tokens.Of("alice"));
        await page.Keyboard.PressAsync("Enter");
        await alice.StateIsAsync("Connected");
        await Expect(asked).ToBeHiddenAsync();
        await alice.ShowsAsync("it waits");
    }
}
