using Chat.Server.Tests.Running;
using Xunit.Abstractions;

namespace Chat.Web.Tests;

/// <summary>The base of browser tests whose server runs in the test process, where it starts sooner than in its own.</summary>
public abstract class PageTest(Browser browser, ITestOutputHelper output, Dictionary<string, string>? settings = null) : BrowserTest(browser, output, settings)
{
    private TestServer server = null!;

    protected override Uri Address => server.Address;
    protected override string ServerLog => server.LogText;

    protected override async Task StartServerAsync() => server = await TestServer.StartAsync(Settings, webRoot: Repository.WebRoot);

    protected override ValueTask EndServerAsync() => server.DisposeAsync();

    /// <summary>Starts another server, in the environment Development and without API keys.</summary>
    private protected static Task<TestServer> StartDevelopmentAsync(Dictionary<string, string>? settings = null) =>
        TestServer.StartAsync(settings, environment: "Development", webRoot: Repository.WebRoot);
}
