using System.Diagnostics;
using Chat.Server.Tests.Running;
using Microsoft.Playwright;

namespace Chat.Web.Tests;

/// <summary>A tab that can be hidden and frozen. Playwright's own tabs are always visible, and a visible tab does not freeze.</summary>
internal sealed class RealTab : IAsyncDisposable
{
    private const string Listening = "DevTools listening on ";

    private readonly string profile = Directory.CreateTempSubdirectory("chat-").FullName;
    private readonly Process process;
    private readonly TaskCompletionSource<string> address = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IBrowser? connected;
    private ICDPSession? devTools;

    private RealTab()
    {
        process = Process.Start(new ProcessStartInfo(
            Browser.Program, [.. Browser.Arguments, "--headless", "--lang=en-GB", "--remote-debugging-port=0", $"--user-data-dir={profile}", "about:blank"])
        {
            RedirectStandardError = true,
        })!;
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data?.StartsWith(Listening, StringComparison.Ordinal) == true)
                address.TrySetResult(line.Data[Listening.Length..]);
        };
        process.BeginErrorReadLine();
    }

    public IPage Page { get; private set; } = null!;

    public static async Task<RealTab> OpenAsync(Browser browser, Uri page)
    {
        var tab = new RealTab();
        try
        {
            tab.connected = await browser.ConnectAsync(await Wait.ForAsync(tab.address.Task, "The address of the browser"));
            tab.Page = tab.connected.Contexts[0].Pages[0];
            tab.Page.SetDefaultTimeout((float)Wait.Long.TotalMilliseconds);
            tab.devTools = await tab.Page.Context.NewCDPSessionAsync(tab.Page);
            await tab.Page.GotoAsync(page.ToString());
            return tab;
        }
        catch
        {
            await tab.DisposeAsync();
            throw;
        }
    }

    /// <summary>Hides and freezes the tab: no script runs in it.</summary>
    public async Task FreezeAsync()
    {
        await Page.EvaluateAsync("() => document.addEventListener('freeze', () => { window.timers = 0; setInterval(() => window.timers++, 10); })");
        await LiveAsync("frozen");
        await Wait.UntilAsync(() => Page.EvaluateAsync<bool>("() => window.timers === 0"), "The freeze");
    }

    /// <summary>Returns the number of timer callbacks since the freeze.</summary>
    public Task<int> TimersSinceFreezeAsync() => Page.EvaluateAsync<int>("() => window.timers");

    /// <summary>Lets scripts run again. The tab stays hidden.</summary>
    public Task ThawAsync() => LiveAsync("active");

    public async ValueTask DisposeAsync()
    {
        if (connected is not null)
            await connected.CloseAsync();
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        Directory.Delete(profile, recursive: true);
    }

    private Task LiveAsync(string state) => devTools!.SendAsync("Page.setWebLifecycleState", new() { ["state"] = state });
}
