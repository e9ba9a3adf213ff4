using Chat.Server.Tests.Running;
using Xunit.Abstractions;

namespace Chat.Web.Tests;

/// <summary>The base of browser tests that kill their server, and so run it in its own process.</summary>
public abstract class PageRestartTest(Browser browser, ITestOutputHelper output) : BrowserTest(browser, output)
{
    protected ServerProcess Server { get; private set; } = null!;

    protected override Uri Address => Server.Address;
    protected override string ServerLog => Server.Output;

    protected override async Task StartServerAsync() =>
        Server = await ServerProcess.StartedAsync(new(Settings) { ["ASPNETCORE_WEBROOT"] = Repository.WebRoot });

    protected override ValueTask EndServerAsync() => Server.DisposeAsync();
}
