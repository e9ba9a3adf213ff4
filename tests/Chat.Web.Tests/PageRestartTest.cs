using Chat.Server.Tests.Running;
using Xunit.Abstractions;

namespace Chat.Web.Tests;

/// <summary>The base of browser tests that kill their server, and so run it in its own process.</summary>
public abstract class PageRestartTest(Browser browser, ITestOutputHelper output) : BrowserTest(browser, output)
{
    protected ServerProcess Server { get; } = new(new() { ["ASPNETCORE_WEBROOT"] = Repository.WebRoot });

    protected override Uri Address => Server.Address;
    protected override string ServerLog => Server.Output;

    protected override async Task StartServerAsync()
    {
        foreach (var (key, value) in Settings)
            Server.Set(key, value);
        try
        {
            await Server.StartAsync();
        }
        catch
        {
            // xunit does not call DisposeAsync after a failed InitializeAsync.
            await Server.DisposeAsync();
            throw;
        }
    }

    protected override ValueTask EndServerAsync() => Server.DisposeAsync();
}
