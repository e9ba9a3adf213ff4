using Chat.Server.Tests.Running;
using Microsoft.Playwright;

namespace Chat.Web.Tests;

/// <summary>One Chromium for the tests of a class: a start costs seconds, and contexts know nothing of each other.</summary>
public sealed class Browser : IAsyncLifetime
{
    public const string Program = "/usr/bin/chromium";

    // No sandbox, because Chromium refuses one to root; the rest keeps it off the network.
    public static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    private IPlaywright playwright = null!;

    public IBrowser Chromium { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Assertions.SetDefaultExpectTimeout((float)Wait.Long.TotalMilliseconds);
        playwright = await Playwright.CreateAsync();
        Chromium = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Program,
            Args = Arguments,
            Timeout = (float)Wait.Long.TotalMilliseconds,
        });
    }

    /// <summary>Another browser that runs already, as it is.</summary>
    public Task<IBrowser> ConnectAsync(string address) => playwright.Chromium.ConnectOverCDPAsync(address, new() { NoDefaults = true });

    public async Task DisposeAsync()
    {
        await Chromium.CloseAsync();
        playwright.Dispose();
    }
}
