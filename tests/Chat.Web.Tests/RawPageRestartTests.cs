using Xunit.Abstractions;
using static Microsoft.Playwright.Assertions;

namespace Chat.Web.Tests;

public sealed class RawPageRestartTests(Browser browser, ITestOutputHelper output) : PageRestartTest(browser, output)
{
    [Fact]
    public async Task KilledServer_OldPageReceivesMissedMessages()
    {
        var absent = await ContextAsync();
        var (alice, dave) = (await OpenRawPageAsync("alice", absent), await RawAsync("dave"));
        await dave.SendAsync("dave:alice:before");
        await alice.FramesAsync("dave", "before");

        Server.Kill();
        await Expect(alice.Line("closed (1006), reconnecting").First).ToBeVisibleAsync();
        await absent.SetOfflineAsync(true);
        await Server.StartAsync();
        dave = await RawAsync("dave");
        await dave.SendAsync("dave:alice:missed 1");
        await dave.SendAsync($"dave:alice:{RawPageTests.Exact}");
        (await dave.CloseAsync()).Should().Be(1000);
        await Expect(alice.Line("connected as alice")).ToHaveCountAsync(1);

        await absent.SetOfflineAsync(false);
        // The server may repeat earlier messages: a raw client does not confirm them.
        (await alice.FramesAsync("dave", RawPageTests.Exact)).Distinct().Should().Equal("dave:before", "dave:missed 1", $"dave:{RawPageTests.Exact}");
        await Expect(alice.Line("connected as alice")).ToHaveCountAsync(2);
    }
}
