using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Chat.Web.Tests;

/// <summary>The page at <c>/dashboard</c>, as an operator sees it.</summary>
public sealed class DashboardPage(IPage page)
{
    public IPage Page { get; } = page;

    public ILocator Problem => Page.GetByRole(AriaRole.Alert);

    public ILocator Freshness => Page.Locator(".freshness [role=status]");

    /// <summary>The status line of the users: results of searches and actions.</summary>
    public ILocator Status => Page.Locator(".people [role=status]");

    public ILocator Connections => Page.GetByRole(AriaRole.Table, new() { NameRegex = new Regex("^Connections of") }).Locator("tbody tr");

    public static async Task<DashboardPage> OpenAsync(IPage page, Uri server)
    {
        await page.GotoAsync(new Uri(server, "/dashboard").AbsoluteUri);
        return new DashboardPage(page);
    }

    public async Task EnterAsync(string key)
    {
        await Page.GetByLabel("Operator key").FillAsync(key);
        await Page.Keyboard.PressAsync("Enter");
    }

    public Task IsLiveAsync() => Expect(Freshness).ToHaveTextAsync("Live");

    /// <summary>The value of a figure in the row.</summary>
    public ILocator Figure(string name) => Page.Locator(".number").Filter(new() { Has = Page.GetByText(name, new() { Exact = true }) }).Locator(".value");

    public ILocator Chart(string title) => Page.GetByRole(AriaRole.Group, new() { Name = title });

    public ILocator Users => Page.Locator(".found").GetByRole(AriaRole.Button);

    public ILocator User(string name) => Page.Locator(".found").GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    public async Task FindAsync(string prefix) => await Page.GetByLabel("Find a user").FillAsync(prefix);

    /// <summary>Presses the button of an action, and confirms it.</summary>
    public async Task DoAsync(string action)
    {
        await Page.Locator(".person").GetByRole(AriaRole.Button, new() { Name = action, Exact = true }).ClickAsync();
        await Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = action, Exact = true }).ClickAsync();
    }
}
