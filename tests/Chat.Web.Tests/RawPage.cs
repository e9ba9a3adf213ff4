using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Chat.Web.Tests;

/// <summary>samples/raw/index.html, opened from the disk.</summary>
public sealed class RawPage
{
    private RawPage(IPage page) => Page = page;

    public IPage Page { get; }

    public static async Task<RawPage> ConnectAsync(IPage page, Uri server, string user)
    {
        var connected = new RawPage(page);
        await connected.ConnectAsync($"ws://{server.Authority}/api/home/connect", user);
        await Expect(connected.Line($"connected as {user}")).ToHaveCountAsync(1);
        return connected;
    }

    public async Task ConnectAsync(string address, string user)
    {
        await Page.GetByLabel("Server").FillAsync(address);
        await Page.GetByLabel("I am").FillAsync(user);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Connect" }).ClickAsync();
    }

    public ILocator Line(string text) => Page.Locator("#log div").GetByText(text, new() { Exact = true });

    public async Task SendAsync(string to, string content)
    {
        await Page.GetByLabel("To").FillAsync(to);
        await Page.GetByLabel("Message").FillAsync(content);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();
    }

    /// <summary>The frames of one sender that the page shows, up to the last one that the test knows of.</summary>
    public async Task<List<string>> FramesAsync(string from, string last)
    {
        await Expect(Line($"{from}:{last}").First).ToBeVisibleAsync();
        var lines = await Page.Locator("#log div").AllTextContentsAsync();
        return [.. lines.Where(line => line.StartsWith(from + ":", StringComparison.Ordinal))];
    }
}
