using Chat.Server.Tests.Running;
using Microsoft.AspNetCore.Http.Connections;

namespace Chat.Client.Tests;

/// <summary>A client gives up an attempt that gets no answer, and tries again in another way.</summary>
public sealed class SilenceTests : WithServer
{
    [Theory]
    [InlineData("accept")]
    [InlineData("negotiate body")]
    [InlineData("WebSockets")]
    [InlineData("WebSockets opened")]
    [InlineData("ServerSentEvents")]
    [InlineData("ServerSentEvents opened")]
    [InlineData("ServerSentEvents post")]
    [InlineData("LongPolling")]
    [InlineData("LongPolling opened")]
    [InlineData("LongPolling post")]
    public async Task SilentServer_IsTriedAgainAndKeepsNoConnection(string phase)
    {
        using var silent = new SilentServer(phase);
        var client = Impatient(silent.Address, TimeSpan.FromMilliseconds(300));
        var tries = new SemaphoreSlim(0);
        client.StateChanged += (state, why) =>
        {
            if (state == ConnectionState.Reconnecting && why is TimeoutException)
                tries.Release();
        };
        var connecting = client.ConnectAsync();

        await SoonAsync(tries.WaitAsync(), "A try that is given up");

        await Wait.UntilAsync(() => Task.FromResult(silent.Negotiations >= 2), "Another try");
        await SoonAsync(client.DisposeAsync().AsTask(), "The client's end");
        await SoonAsync(connecting.Invoking(async waiting => await waiting).Should().ThrowAsync<OperationCanceledException>(), "The call's end");
        await Wait.UntilAsync(() => Task.FromResult(silent.Open == 0), "The end of all connections");
    }

    [Theory]
    [InlineData(3)]
    [InlineData(15)] // longer than the server waits for a handshake
    public async Task BufferingProxyWithoutUpgrade_IsPassedByLongPolling(int connectSeconds)
    {
        await using var nginx = await ProxyProcess.NginxBufferingAsync(Server.Address);
        var client = Impatient(nginx.Address, TimeSpan.FromSeconds(connectSeconds));

        await SoonAsync(client.SendAsync("bob", "through nginx"), "The receipt");

        nginx.Output.Should().Contain("text/event-stream", because: "the client tried an event stream before it polled").And.NotContain(" 101 ");
    }

    [Fact]
    public void SilentTransports_AreLeftOutUntilNoneIsLeft()
    {
        const HttpTransportType WebSockets = HttpTransportType.WebSockets, Events = HttpTransportType.ServerSentEvents, Polling = HttpTransportType.LongPolling;
        var choice = new TransportChoice(TimeSpan.FromSeconds(15));
        choice.Allowed.Should().Be(WebSockets | Events | Polling);
        choice.Silent(HttpTransportType.None);
        (choice.Allowed, choice.Deadline.TotalSeconds).Should().Be((WebSockets | Events | Polling, 30), because: "a negotiation shows nothing about transports");
        choice.Silent(WebSockets);
        (choice.Allowed, choice.Deadline.TotalSeconds).Should().Be((Events | Polling, 30));
        choice.Connected();
        choice.Lasted();
        (choice.Allowed, choice.Deadline.TotalSeconds).Should().Be((WebSockets | Events | Polling, 15), because: "one silence may have been the server's");
        choice.Silent(WebSockets);
        choice.Silent(Events);
        choice.Allowed.Should().Be(Polling);
        choice.Lasted();
        choice.Allowed.Should().Be(Events | Polling, because: "WebSockets were silent twice");
        choice.Silent(Polling);
        choice.Silent(Polling);
        choice.Silent(Polling);
        (choice.Allowed, choice.Deadline.TotalSeconds).Should().Be((WebSockets | Events | Polling, 60));
    }

    [Fact]
    public void FailedTransports_AreLeftOutUntilNoneIsLeft()
    {
        const HttpTransportType WebSockets = HttpTransportType.WebSockets, Events = HttpTransportType.ServerSentEvents, Polling = HttpTransportType.LongPolling;
        var choice = new TransportChoice(TimeSpan.FromSeconds(15));
        choice.Failed(HttpTransportType.None);
        choice.Allowed.Should().Be(WebSockets | Events | Polling, because: "a negotiation shows nothing about transports");
        choice.Failed(Events);
        choice.Allowed.Should().Be(WebSockets | Polling);
        choice.Failed(WebSockets);
        (choice.Allowed, choice.Deadline.TotalSeconds).Should().Be((Polling, 15), because: "an answer that came in time asks for no longer deadline");
        choice.Failed(Polling);
        choice.Allowed.Should().Be(WebSockets | Events | Polling);
    }

    private ChatClient Impatient(Uri server, TimeSpan timeout) => Add(new ChatClientOptions
    {
        Server = server,
        User = "alice",
        ConnectTimeout = timeout,
        MinReconnectDelay = TimeSpan.FromMilliseconds(20),
        MaxReconnectDelay = TimeSpan.FromMilliseconds(100),
    });
}
