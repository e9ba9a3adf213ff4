using System.Net;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Configuration;

[Trait("Duration", "Long")]
public sealed class SignalTests
{
    // The test run itself may have started with SIGHUP ignored.
    private static readonly string[] WithHangUp = ["env", "--default-signal=HUP"];

    [Theory]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public async Task Signal_DrainsTheServerAndExitsWithZero(string signal)
    {
        await using var server = new ServerProcess(launcher: WithHangUp);
        await server.StartAsync();
        await using var hub = await HubClient.ConnectAsync(server.Address, "alice");
        await using var raw = await RawClient.ConnectAsync(server.Address, "?userid=bob");
        await hub.SendAsync("bob", "hi");
        (await raw.ReceiveAsync()).Should().Be("alice:hi");
        await server.SignalAsync(signal);
        (await raw.ReceiveAsync()).Should().StartWith("system:notice draining ");
        (await raw.ReceiveCloseAsync()).Should().Be(1001);
        (await server.WaitForExitAsync()).Should().Be(0);
        server.Output.Should().NotContain("   at ");
    }

    [Fact]
    public async Task RepeatedHangUp_DrainsOnce()
    {
        await using var server = new ServerProcess(launcher: WithHangUp);
        await server.StartAsync();
        await using var raw = await RawClient.ConnectAsync(server.Address, "?userid=bob");
        await server.SignalAsync("HUP");
        await server.SignalAsync("HUP");
        (await raw.ReceiveCloseAsync()).Should().Be(1001);
        (await server.WaitForExitAsync()).Should().Be(0);
    }

    [Theory]
    [InlineData("nohup")]
    [InlineData("env", "--ignore-signal=HUP")]
    public async Task HangUpIgnoredFromTheStart_ChangesNothing(params string[] launcher)
    {
        await using var server = new ServerProcess(launcher: launcher);
        await server.StartAsync();
        await using var raw = await RawClient.ConnectAsync(server.Address, "?userid=bob");
        await server.SignalAsync("HUP");
        (await File.ReadAllLinesAsync($"/proc/{server.Id}/status")).Single(line => line.StartsWith("SigIgn:", StringComparison.Ordinal))
            .Should().MatchRegex("[13579bdf]$", because: "the last bit is SIGHUP's");
        await using var hub = await HubClient.ConnectAsync(server.Address, "alice");
        await hub.SendAsync("bob", "still here");
        (await raw.ReceiveAsync()).Should().Be("alice:still here");
        using var http = new HttpClient { BaseAddress = server.Address };
        (await http.GetAsync(new Uri("/health/ready", UriKind.Relative))).StatusCode.Should().Be(HttpStatusCode.OK);
        (await server.TerminateAsync()).Should().Be(0);
    }
}
