using Chat.Server.Tests.Running;
using Microsoft.Playwright;

namespace Chat.Web.Tests;

/// <summary>One Chromium for all classes that run: a start takes seconds, and browser contexts are isolated.</summary>
public sealed class Browser : IAsyncLifetime
{
    public const string Program = "/usr/bin/chromium";

    // No sandbox: Chromium refuses it to root. No suggestions under the address bar (WebUIOmnibox…): each window would render two pages for them.
    // The other features and arguments keep Chromium off the network. Playwright disables those features too, but only the last list counts.
    public static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--disable-features=AimEnabled,HttpsUpgrades,MediaRouter,NetworkTimeServiceQuerying,OptimizationHints,PaintHolding,Translate,"
            + "WebUIOmniboxPopup,WebUIOmniboxAimPopup",
    ];

    private static readonly SemaphoreSlim Turn = new(1);
    private static (IPlaywright Playwright, IBrowser Chromium)? shared;
    private static int users;

    private IPlaywright playwright = null!;

    public IBrowser Chromium { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Assertions.SetDefaultExpectTimeout((float)Wait.Long.TotalMilliseconds);
        await Turn.WaitAsync();
        try
        {
            (playwright, Chromium) = shared ??= await StartAsync();
            users++;
        }
        finally
        {
            Turn.Release();
        }
    }

    /// <summary>Connects to a running browser, without Playwright's default settings.</summary>
    public Task<IBrowser> ConnectAsync(string address) => playwright.Chromium.ConnectOverCDPAsync(address, new() { NoDefaults = true });

    public async Task DisposeAsync()
    {
        await Turn.WaitAsync();
        try
        {
            // Without a browser, the start of this user has failed.
            if (Chromium is null || --users > 0)
                return;
            shared = null;
            await Chromium.CloseAsync();
            playwright.Dispose();
        }
        finally
        {
            Turn.Release();
        }
    }

    private static async Task<(IPlaywright, IBrowser)> StartAsync()
    {
        var playwright = await Playwright.CreateAsync();
        return (playwright, await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Program,
            Args = Arguments,
            Timeout = (float)Wait.Long.TotalMilliseconds,
        }));
    }
}
