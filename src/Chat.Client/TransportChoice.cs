using Microsoft.AspNetCore.Http.Connections;

namespace Chat.Client;

/// <summary>Decides the transports and the deadline of the next attempt to connect.</summary>
/// <remarks>SignalR tries the next transport when one cannot be opened. If a proxy swallows the handshake or buffers the answers, the transport opens
/// but stays silent until the deadline or until the server ends it. The next attempt omits it.</remarks>
/// <param name="firstDeadline">The deadline of the first attempt.</param>
internal sealed class TransportChoice(TimeSpan firstDeadline)
{
    // A slow network may need more time than the first deadline.
    private const int MaxDoublings = 2;

    // A paused server looks like a broken transport. So a transport with one silence is allowed again after a stable connection.
    private const int SilencesOfBrokenTransport = 2;

    private const HttpTransportType All = HttpTransportType.WebSockets | HttpTransportType.ServerSentEvents | HttpTransportType.LongPolling;

    private readonly Dictionary<HttpTransportType, int> silences = [];
    private int doublings;

    public HttpTransportType Allowed { get; private set; } = All;

    public TimeSpan Deadline => firstDeadline * (1 << doublings);

    /// <summary>Records an attempt without an answer before its deadline.</summary>
    /// <param name="transport">The last transport of the attempt; <c>None</c> when negotiate got no answer.</param>
    public void OnSilent(HttpTransportType transport)
    {
        OnFailed(transport);
        if (transport is HttpTransportType.None or HttpTransportType.LongPolling)
            doublings = Math.Min(doublings + 1, MaxDoublings);
    }

    /// <summary>Records an attempt that failed before its deadline.</summary>
    /// <remarks>A silent transport may end like this too: the server waits less time for the handshake than the client for its answer.</remarks>
    /// <param name="transport">The last transport of the attempt; <c>None</c> when negotiate failed.</param>
    public void OnFailed(HttpTransportType transport)
    {
        if (transport == HttpTransportType.LongPolling)
            Allowed = All;
        if (transport is not (HttpTransportType.WebSockets or HttpTransportType.ServerSentEvents))
            return;
        silences[transport] = silences.GetValueOrDefault(transport) + 1;
        Allowed &= ~transport;
    }

    /// <summary>Records a successful attempt.</summary>
    public void OnConnected() => doublings = 0;

    /// <summary>Records the end of a stable connection.</summary>
    public void OnStableEnd()
    {
        foreach (var (transport, count) in silences)
            if (count < SilencesOfBrokenTransport)
                Allowed |= transport;
    }
}
