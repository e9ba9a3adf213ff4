using Chat.Server.Tests.Running;
using Microsoft.Playwright;

namespace Chat.Web.Tests;

/// <summary>One Chromium for the tests of a class: a start takes seconds, and browser contexts are isolated.</summary>
public sealed class Browser : IAsyncLifetime
{
    public const string Program = "/usr/bin/chromium";

    // No sandbox: Chromium refuses it to root. The other arguments keep Chromium off the network.
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

    /// <summary>Connects to a running browser, without Playwright's default settings.</summary>
    public Task<IBrowser> ConnectAsync(string address) => playwright.Chromium.ConnectOverCDPAsync(address, new() { NoDefaults = true });

    public async Task DisposeAsync()
    {
        await Chromium.CloseAsync();
        playwright.Dispose();
    }
}
