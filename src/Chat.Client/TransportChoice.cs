using Microsoft.AspNetCore.Http.Connections;

namespace Chat.Client;

/// <summary>Which transports the next attempt to connect may use, and how long it may take.</summary>
/// <remarks>SignalR tries the next transport when one cannot be opened. A transport whose proxy swallows the handshake or holds back the answers is
/// opened, and stays silent until the deadline or until the server gives it up. The next attempt goes without it.</remarks>
/// <param name="firstDeadline">How long the first attempt may take.</param>
internal sealed class TransportChoice(TimeSpan firstDeadline)
{
    // A slow network may need more time than the first deadline gives.
    private const int MostDoublings = 2;

    // A server that stood still looks like a broken transport: one silence is forgotten when another connection has lasted.
    private const int SilencesOfABrokenTransport = 2;

    private const HttpTransportType All = HttpTransportType.WebSockets | HttpTransportType.ServerSentEvents | HttpTransportType.LongPolling;

    private readonly Dictionary<HttpTransportType, int> silences = [];
    private int doublings;

    public HttpTransportType Allowed { get; private set; } = All;

    public TimeSpan Deadline => firstDeadline * (1 << doublings);

    /// <summary>An attempt got no answer before its deadline.</summary>
    /// <param name="transport">The transport that it used last; none when the negotiation got no answer.</param>
    public void Silent(HttpTransportType transport)
    {
        Failed(transport);
        if (transport is HttpTransportType.None or HttpTransportType.LongPolling)
            doublings = Math.Min(doublings + 1, MostDoublings);
    }

    /// <summary>An attempt ended before its deadline, but without a connection.</summary>
    /// <remarks>The server waits less long for a handshake than a client for its answer, so a transport that is silent may look like this, too.</remarks>
    /// <param name="transport">The transport that it used last; none when the negotiation failed.</param>
    public void Failed(HttpTransportType transport)
    {
        if (transport == HttpTransportType.LongPolling)
            Allowed = All;
        if (transport is not (HttpTransportType.WebSockets or HttpTransportType.ServerSentEvents))
            return;
        silences[transport] = silences.GetValueOrDefault(transport) + 1;
        Allowed &= ~transport;
    }

    /// <summary>An attempt has connected.</summary>
    public void Connected() => doublings = 0;

    /// <summary>A connection has lasted, and has ended now.</summary>
    public void Lasted()
    {
        foreach (var (transport, count) in silences)
            if (count < SilencesOfABrokenTransport)
                Allowed |= transport;
    }
}
