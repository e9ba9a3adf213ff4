using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Chat.Web.Tests;

/// <summary>The page at <c>/</c>, as the person who has signed in there sees it.</summary>
public sealed class ChatPage
{
    private ChatPage(IPage page) => Page = page;

    public IPage Page { get; }

    /// <summary>What the open conversation shows, in its order.</summary>
    public ILocator Messages => Page.Locator("#messages .content");

    /// <summary>What was written but has not become a message yet.</summary>
    public ILocator Drafts => Page.Locator("#drafts .content");

    public static async Task<ChatPage> SignInAsync(IPage page, string user)
    {
        await page.GetByLabel("Your name").FillAsync(user);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        var signedIn = new ChatPage(page);
        await signedIn.IsSignedInAsync(user);
        return signedIn;
    }

    public async Task IsSignedInAsync(string user)
    {
        await Expect(Page.Locator("#me-name")).ToHaveTextAsync(user);
        await StateIsAsync("Connected");
    }

    public Task StateIsAsync(string state) => Expect(Page.Locator("#state")).ToHaveTextAsync(state);

    /// <summary>Opens a conversation by the other one's name, whether there is one yet or not.</summary>
    public async Task WriteToAsync(string peer)
    {
        await Page.GetByLabel("Write to").FillAsync(peer);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Open" }).ClickAsync();
        await Expect(Page.Locator("#peer")).ToHaveTextAsync(peer);
    }

    /// <summary>The entry of a conversation in the list.</summary>
    public ILocator Entry(string peer) =>
        Page.Locator(".entry").Filter(new() { Has = Page.Locator("bdi", new() { HasTextRegex = new Regex($"^{Regex.Escape(peer)}$") }) });

    public async Task SayAsync(string content)
    {
        await Page.GetByPlaceholder("Message").FillAsync(content);
        await Page.Keyboard.PressAsync("Enter");
    }

    /// <summary>Waits until the open conversation shows these and nothing else, in this order, and nothing is still on its way.</summary>
    public async Task ShowsAsync(params string[] contents)
    {
        await Expect(Messages).ToHaveTextAsync(contents);
        await Expect(Drafts).ToHaveCountAsync(0);
        // The wait above takes any white space for a space.
        (await Messages.AllTextContentsAsync()).Should().Equal(contents);
    }
}
