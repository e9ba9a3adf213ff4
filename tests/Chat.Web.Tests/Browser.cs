using Chat.Server.Tests.Running;
using Microsoft.Playwright;

namespace Chat.Web.Tests;

/// <summary>One Chromium for all tests: a start costs seconds, and contexts know nothing of each other.</summary>
public sealed class Browser : IAsyncLifetime
{
    private IPlaywright playwright = null!;

    public IBrowser Chromium { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Assertions.SetDefaultExpectTimeout((float)Wait.Long.TotalMilliseconds);
        playwright = await Playwright.CreateAsync();
        Chromium = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = "/usr/bin/chromium",
            // No sandbox, because Chromium refuses one to root; the rest keeps it off the network.
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
            ],
            Timeout = (float)Wait.Long.TotalMilliseconds,
        });
    }

    public async Task DisposeAsync()
    {
        await Chromium.CloseAsync();
        playwright.Dispose();
    }
}

/// <summary>The tests that share the browser; they run one after the other.</summary>
[CollectionDefinition(nameof(Browser))]
public sealed class BrowserTests : ICollectionFixture<Browser>;
