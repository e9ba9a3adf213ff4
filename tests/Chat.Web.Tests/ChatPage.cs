using System.Globalization;
using System.Text.RegularExpressions;
using Chat.Server.Tests.Running;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Chat.Web.Tests;

/// <summary>The page at <c>/</c> of a signed-in user.</summary>
public sealed class ChatPage
{
    private ChatPage(IPage page) => Page = page;

    public IPage Page { get; }

    /// <summary>The contents of the open conversation, in order.</summary>
    public ILocator Messages => Page.Locator("#messages .message:not(.draft) .content");

    /// <summary>The drafts of the open conversation.</summary>
    public ILocator Drafts => Page.Locator("#messages .draft .content");

    /// <summary>The scrolling list of messages.</summary>
    public ILocator Scroller => Page.Locator("#messages");

    public static async Task<ChatPage> SignInAsync(IPage page, string user)
    {
        await page.GetByLabel("Your name").FillAsync(user);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        return await OfAsync(page, user);
    }

    /// <summary>Returns a page whose user has signed in already.</summary>
    public static async Task<ChatPage> OfAsync(IPage page, string user, string? state = "Connected")
    {
        var signedIn = new ChatPage(page);
        await signedIn.IsSignedInAsync(user, state);
        return signedIn;
    }

    /// <param name="state">The expected text of the connection state; null for any.</param>
    public async Task IsSignedInAsync(string user, string? state = "Connected")
    {
        await Expect(Page.Locator("#me-name")).ToHaveTextAsync(user);
        if (state is not null)
            await StateIsAsync(state);
    }

    public Task StateIsAsync(string state) => Expect(Page.Locator("#state")).ToHaveTextAsync(state);

    /// <summary>Opens a conversation by the name of the user or room; a room is also joined.</summary>
    public async Task WriteToAsync(string peer)
    {
        await Page.GetByLabel("Write to").FillAsync(peer);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Open" }).ClickAsync();
        await Expect(Page.Locator("#peer")).ToHaveTextAsync(peer);
    }

    /// <summary>The entry of a conversation in the list.</summary>
    public ILocator Entry(string peer) =>
        Page.Locator(".entry").Filter(new() { Has = Page.Locator("bdi", new() { HasTextRegex = new Regex($"^{Regex.Escape(peer)}$") }) });

    public async Task LeaveRoomAsync()
    {
        var name = await Page.Locator("#peer").TextContentAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Leave room" }).ClickAsync();
        var question = Page.GetByRole(AriaRole.Dialog);
        await Expect(question).ToContainTextAsync($"Leave {name}?");
        await question.GetByRole(AriaRole.Button, new() { Name = "Leave room" }).ClickAsync();
        await Expect(Entry(name!)).ToBeHiddenAsync();
    }

    /// <summary>Waits for a condition, polling by a timer: a busy page may have no frames for long.</summary>
    public Task UntilAsync(string condition) => Page.WaitForFunctionAsync(condition, null, new() { PollingInterval = 50 });

    /// <summary>Makes the page hidden, as if another tab were in front. A headless browser has no front tab.</summary>
    public Task HideAsync() => SetHiddenAsync(true);

    public Task ShowAsync() => SetHiddenAsync(false);

    private Task SetHiddenAsync(bool hidden) => Page.EvaluateAsync(
        "hidden => { Object.defineProperty(document, 'hidden', { configurable: true, value: hidden }); document.dispatchEvent(new Event('visibilitychange')); }", hidden);

    public Task SendAsync(string content) => SendAsync(Page.GetByPlaceholder("Message"), content);

    /// <summary>Sends a message on a page of any language.</summary>
    public Task SendInAnyLanguageAsync(string content) => SendAsync(Page.Locator("#content"), content);

    private async Task SendAsync(ILocator field, string content)
    {
        await field.FillAsync(content);
        await Page.Keyboard.PressAsync("Enter");
    }

    /// <summary>Waits until the open conversation shows exactly these messages, in this order, and no drafts.</summary>
    public async Task ShowsAsync(params string[] contents)
    {
        await Expect(Messages).ToHaveTextAsync(contents);
        await Expect(Drafts).ToHaveCountAsync(0);
        // The assertion above treats all white space alike.
        (await Messages.AllTextContentsAsync()).Should().Equal(contents);
    }

    /// <summary>Scrolls up from the newest message to the beginning. Returns all contents, oldest first. All messages are from one other user.</summary>
    public async Task<string[]> ReadUpAsync()
    {
        // The document holds only the rows near sight, and the page requests more near the first row.
        const string Upwards = """
            async list => {
                const seen = new Map(), frame = () => new Promise(resolve => requestAnimationFrame(resolve));
                const offset = row => Number(row.dataset.key.slice(1));
                for (let mostRows = 0; ; await frame()) {
                    const rows = [...list.querySelectorAll(".row")];
                    mostRows = Math.max(mostRows, rows.length);
                    const messages = rows.filter(row => row.querySelector(".content"));
                    if (messages.some((row, at) => at > 0 && offset(row) !== offset(messages[at - 1]) + 1)) throw new Error("The messages are not in order.");
                    for (const row of messages) seen.set(offset(row), row.querySelector(".content").textContent);
                    if (list.scrollTop === 0 && rows[0].dataset.key === "begin")
                        return [String(mostRows), ...[...seen].sort(([a], [b]) => a - b).map(([, content]) => content)];
                    list.scrollTop -= 2 * list.clientHeight;
                }
            }
            """;
        var seen = await Wait.ForAsync(Scroller.EvaluateAsync<string[]>(Upwards), "The beginning");
        int.Parse(seen[0], CultureInfo.InvariantCulture).Should().BeLessThan(200, because: "the document holds only the rows near sight");
        return seen[1..];
    }
}
