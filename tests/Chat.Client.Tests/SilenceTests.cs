using Chat.Server.Tests.Running;
using Microsoft.AspNetCore.Http.Connections;

namespace Chat.Client.Tests;

/// <summary>A client abandons an attempt without an answer, and tries again with another transport.</summary>
[Trait("Duration", "Long")]
public sealed class SilenceTests : ClientTest
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
    public async Task SilentServer_IsRetriedAndKeepsNoConnection(string phase)
    {
        using var silent = new SilentServer(phase);
        var client = WithTimeout(silent.Address, TimeSpan.FromMilliseconds(300));
        var tries = new SemaphoreSlim(0);
        client.StateChanged += (state, error) =>
        {
            if (state == ConnectionState.Reconnecting && error is TimeoutException)
                tries.Release();
        };
        var connecting = client.ConnectAsync();

        await SoonAsync(tries.WaitAsync(), "An abandoned attempt");

        await Wait.UntilAsync(() => Task.FromResult(silent.Negotiations >= 2), "Another attempt");
        await SoonAsync(client.DisposeAsync().AsTask(), "The client's end");
        await SoonAsync(connecting.Invoking(async waiting => await waiting).Should().ThrowAsync<OperationCanceledException>(), "The call's end");
        await Wait.UntilAsync(() => Task.FromResult(silent.Open == 0), "The end of all connections");
    }

    [Theory]
    [InlineData(3)]
    [InlineData(15)] // longer than the server waits for a handshake
    public async Task BufferingProxy_IsPassedByLongPolling(int connectSeconds)
    {
        await using var nginx = await ProxyProcess.NginxBufferingAsync(Server.Address);
        var client = WithTimeout(nginx.Address, TimeSpan.FromSeconds(connectSeconds));

        await SoonAsync(client.SendAsync("bob", "through nginx"), "The receipt");

        nginx.Output.Should().Contain("text/event-stream", because: "the client tried an event stream before it polled").And.NotContain(" 101 ");
    }

    [Fact]
    public void SilentTransports_AreOmittedUntilNoneIsLeft()
    {
        const HttpTransportType WebSockets = HttpTransportType.WebSockets, Events = HttpTransportType.ServerSentEvents, Polling = HttpTransportType.LongPolling;
        var choice = new TransportChoice(TimeSpan.FromSeconds(15));
        choice.Allowed.Should().Be(WebSockets | Events | Polling);
        choice.OnSilent(HttpTransportType.None);
        (choice.Allowed, choice.Deadline.TotalSeconds).Should().Be((WebSockets | Events | Polling, 30), because: "negotiate does not use the transports");
        choice.OnSilent(WebSockets);
        (choice.Allowed, choice.Deadline.TotalSeconds).Should().Be((Events | Polling, 30));
        choice.OnConnected();
        choice.OnStableEnd();
        (choice.Allowed, choice.Deadline.TotalSeconds).Should().Be((WebSockets | Events | Polling, 15), because: "a paused server also causes one silence");
        choice.OnSilent(WebSockets);
        choice.OnSilent(Events);
        choice.Allowed.Should().Be(Polling);
        choice.OnStableEnd();
        choice.Allowed.Should().Be(Events | Polling, because: "WebSockets were silent twice");
        choice.OnSilent(Polling);
        choice.OnSilent(Polling);
        choice.OnSilent(Polling);
        (choice.Allowed, choice.Deadline.TotalSeconds).Should().Be((WebSockets | Events | Polling, 60));
    }

    [Fact]
    public void FailedTransports_AreOmittedUntilNoneIsLeft()
    {
        const HttpTransportType WebSockets = HttpTransportType.WebSockets, Events = HttpTransportType.ServerSentEvents, Polling = HttpTransportType.LongPolling;
        var choice = new TransportChoice(TimeSpan.FromSeconds(15));
        choice.OnFailed(HttpTransportType.None);
        choice.Allowed.Should().Be(WebSockets | Events | Polling, because: "negotiate does not use the transports");
        choice.OnFailed(Events);
        choice.Allowed.Should().Be(WebSockets | Polling);
        choice.OnFailed(WebSockets);
        (choice.Allowed, choice.Deadline.TotalSeconds).Should().Be((Polling, 15), because: "an answer in time needs no longer deadline");
        choice.OnFailed(Polling);
        choice.Allowed.Should().Be(WebSockets | Events | Polling);
    }

    private ChatClient WithTimeout(Uri server, TimeSpan timeout) => Add(new ChatClientOptions
    {
        Server = server,
        User = "alice",
        ConnectTimeout = timeout,
        MinReconnectDelay = TimeSpan.FromMilliseconds(20),
        MaxReconnectDelay = TimeSpan.FromMilliseconds(100),
    });
}
