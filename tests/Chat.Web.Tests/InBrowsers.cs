using System.Collections.Concurrent;
using Chat.Server.Tests.Push;
using Chat.Server.Tests.Running;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace Chat.Web.Tests;

/// <summary>Tests that each have a server process of their own, and a browser context a person.</summary>
public abstract class InBrowsers(Browser browser, ITestOutputHelper output, Dictionary<string, string>? settings = null) : IClassFixture<Browser>, IAsyncLifetime
{
    /// <summary>The API key of a back end.</summary>
    protected const string Key = "key of the shop";

    /// <summary>The API key of those who run the server.</summary>
    protected const string OperatorKey = "key of the operator";

    private readonly List<IBrowserContext> contexts = [];
    private readonly List<RawClient> rawClients = [];

    protected ServerProcess Server { get; } = new(new(Keys.Settings((Key, "shop", ["push", "topics", "rooms"]), (OperatorKey, "boss", ["admin"])).Concat(settings ?? []))
    {
        ["ASPNETCORE_WEBROOT"] = Repository.WebRoot,
        ["Chat:Origins:0"] = "null",
    });

    /// <summary>What pages have logged as errors, and what they have thrown.</summary>
    protected ConcurrentQueue<string> PageErrors { get; } = [];

    public async Task InitializeAsync()
    {
        File.Exists(Path.Combine(Repository.WebRoot, "index.html")).Should().BeTrue(because: "the server's build makes the page where there is a Node.js");
        try
        {
            await Server.StartAsync();
        }
        catch
        {
            // xunit disposes of nothing that it could not initialize.
            await Server.DisposeAsync();
            throw;
        }
    }

    public async Task DisposeAsync()
    {
        // Shown only with a test that failed.
        output.WriteLine($"Errors of the pages:\n{string.Join('\n', PageErrors)}\nThe server's log:\n{Server.Output}");
        foreach (var context in contexts)
            await context.DisposeAsync();
        foreach (var client in rawClients)
            await client.DisposeAsync();
        await Server.DisposeAsync();
    }

    protected async Task<IBrowserContext> PersonAsync(BrowserNewContextOptions? like = null)
    {
        // Chromium itself speaks what the machine does.
        var context = await browser.Chromium.NewContextAsync(like ?? new() { Locale = "en-GB" });
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

    protected async Task<ChatPage> SignInAsync(string user, IBrowserContext? person = null)
    {
        var page = await (person ?? await PersonAsync()).NewPageAsync();
        await page.GotoAsync(Server.Address.ToString());
        return await ChatPage.SignInAsync(page, user);
    }

    private protected Task<RealTab> OpenTabAsync() => RealTab.OpenAsync(browser, Server.Address);

    protected async Task<DashboardPage> OpenDashboardAsync(string key = OperatorKey)
    {
        var dashboard = await DashboardPage.OpenAsync(await (await PersonAsync()).NewPageAsync(), Server.Address);
        await dashboard.EnterAsync(key);
        return dashboard;
    }

    protected async Task<RawPage> OpenRawPageAsync(string user, IBrowserContext? person = null)
    {
        var page = await (person ?? await PersonAsync()).NewPageAsync();
        await page.GotoAsync(Repository.RawPage.AbsoluteUri);
        return await RawPage.ConnectAsync(page, Server.Address, user);
    }

    protected async Task<RawClient> RawAsync(string user)
    {
        var client = await RawClient.ConnectAsync(Server.Address, log: () => Server.Output);
        rawClients.Add(client);
        await client.SendAsync($"{user}::");
        return client;
    }
}
