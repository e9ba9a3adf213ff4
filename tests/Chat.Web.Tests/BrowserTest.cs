using System.Collections.Concurrent;
using Chat.Server.Tests.Push;
using Chat.Server.Tests.Running;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace Chat.Web.Tests;

/// <summary>The base of tests with one server each, and a browser context for each person.</summary>
public abstract class BrowserTest(Browser browser, ITestOutputHelper output, Dictionary<string, string>? settings = null) : IClassFixture<Browser>, IAsyncLifetime
{
    /// <summary>The API key of a back end.</summary>
    protected const string Key = "key of the shop";

    /// <summary>The API key of an operator.</summary>
    protected const string OperatorKey = "key of the operator";

    private readonly List<IBrowserContext> contexts = [];
    private readonly List<RawClient> rawClients = [];

    protected Dictionary<string, string> Settings { get; } =
        new(Keys.Settings((Key, "shop", ["push", "topics", "rooms"]), (OperatorKey, "boss", ["admin"])).Concat(settings ?? [])) { ["Chat:Origins:0"] = "null" };

    /// <summary>The address of the server.</summary>
    protected abstract Uri Address { get; }

    /// <summary>The lines that the server has logged so far.</summary>
    protected abstract string ServerLog { get; }

    /// <summary>The errors that pages have logged or thrown.</summary>
    protected ConcurrentQueue<string> PageErrors { get; } = [];

    public async Task InitializeAsync()
    {
        File.Exists(Path.Combine(Repository.WebRoot, "index.html")).Should().BeTrue(because: "the server's build makes the page if Node.js is installed");
        await StartServerAsync();
    }

    public async Task DisposeAsync()
    {
        // xunit shows it for failed tests only.
        output.WriteLine($"Errors of the pages:\n{string.Join('\n', PageErrors)}\nThe server's log:\n{ServerLog}");
        foreach (var context in contexts)
            await context.DisposeAsync();
        foreach (var client in rawClients)
            await client.DisposeAsync();
        await EndServerAsync();
    }

    protected abstract Task StartServerAsync();

    protected abstract ValueTask EndServerAsync();

    protected async Task<IBrowserContext> ContextAsync(BrowserNewContextOptions? options = null)
    {
        // Without a locale Chromium uses the machine's.
        var context = await browser.Chromium.NewContextAsync(options ?? new() { Locale = "en-GB" });
        context.SetDefaultTimeout((float)Wait.Long.TotalMilliseconds);
        context.Console += (_, line) =>
        {
            if (line.Type == "error")
                PageErrors.Enqueue(line.Text);
        };
        context.WebError += (_, error) => PageErrors.Enqueue(error.Error);
        contexts.Add(context);
        return context;
    }

    protected async Task<ChatPage> SignInAsync(string user, IBrowserContext? context = null)
    {
        var page = await (context ?? await ContextAsync()).NewPageAsync();
        await page.GotoAsync(Address.ToString());
        return await ChatPage.SignInAsync(page, user);
    }

    private protected Task<RealTab> OpenTabAsync() => RealTab.OpenAsync(browser, Address);

    protected async Task<DashboardPage> OpenDashboardAsync(string key = OperatorKey)
    {
        var dashboard = await DashboardPage.OpenAsync(await (await ContextAsync()).NewPageAsync(), Address);
        await dashboard.EnterAsync(key);
        return dashboard;
    }

    protected async Task<RawPage> OpenRawPageAsync(string user, IBrowserContext? context = null)
    {
        var page = await (context ?? await ContextAsync()).NewPageAsync();
        await page.GotoAsync(Repository.RawPage.AbsoluteUri);
        return await RawPage.ConnectAsync(page, Address, user);
    }

    protected async Task<RawClient> RawAsync(string user)
    {
        var client = await RawClient.ConnectAsync(Address, log: () => ServerLog);
        rawClients.Add(client);
        await client.SendAsync($"{user}::");
        return client;
    }
}
