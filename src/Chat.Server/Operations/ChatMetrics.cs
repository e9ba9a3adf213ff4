using System.Diagnostics.Metrics;
using System.Globalization;
using Chat.Protocol;
using Chat.Server.Sending;

namespace Chat.Server.Operations;

/// <summary>The server's metrics.</summary>
internal sealed class ChatMetrics : IMessageMeter
{
    public const string MeterName = "Chat.Server";

    public static readonly Family AppendDuration = new(
        "chat.append.duration", "chat_append_duration_seconds", "s", "Time from queueing a message to its receipt.",
        [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5]);

    public static readonly Family CommitMessages = new(
        "chat.commit.messages", "chat_commit_messages", "{message}", "Messages in a commit.", [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]);

    private static readonly string[] Kinds = ["hub", "raw"];
    private static readonly string[] SocketEnds = ["address", "files", "silence"];

    private readonly Counter<long> refused, closes, slowCloses, withoutHandshake, endedSockets, received, sent, duplicates, catchUps;
    private readonly UpDownCounter<long> connections;
    private readonly Histogram<double> appendDuration;
    private readonly Histogram<long> batchSize;

    public ChatMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        connections = meter.CreateUpDownCounter<long>("chat.connections", "{connection}", "Open connections, by kind.");
        received = meter.CreateCounter<long>("chat.messages.in", "{message}", "Messages that became durable.");
        sent = meter.CreateCounter<long>("chat.messages.out", "{message}", "Messages handed to connections, once for each connection.");
        duplicates = meter.CreateCounter<long>("chat.duplicates", "{message}", "Messages recognized by their id and answered with the first receipt.");
        catchUps = meter.CreateCounter<long>("chat.catch_ups", "{catch-up}", "Times that a client was sent missed messages from the log.");
        refused = meter.CreateCounter<long>("chat.refused", "{request}", "Refusals, by code.");
        closes = meter.CreateCounter<long>("chat.raw.closes", "{connection}", "Raw connections that the server closed, by close code.");
        slowCloses = meter.CreateCounter<long>("chat.slow_close", "{connection}", "Connections ended because the client read too slowly, by kind.");
        withoutHandshake = meter.CreateCounter<long>("chat.hub.no_handshake", "{connection}", "Hub connections that ended without a handshake.");
        endedSockets = meter.CreateCounter<long>("chat.sockets.ended", "{connection}", "TCP connections ended before they sent anything, by reason.");
        appendDuration = meter.CreateHistogram(AppendDuration.Instrument, AppendDuration.Unit, AppendDuration.Text, advice: new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = AppendDuration.Boundaries,
        });
        batchSize = meter.CreateHistogram(CommitMessages.Instrument, CommitMessages.Unit, CommitMessages.Text, advice: new InstrumentAdvice<long>
        {
            HistogramBucketBoundaries = [.. CommitMessages.Boundaries.Select(boundary => (long)boundary)],
        });
        Meter = meter;
    }

    /// <summary>The same counts as numbers in memory.</summary>
    public ServerCounts Counts { get; } = new();

    /// <summary>The meter, to which other classes add their instruments.</summary>
    public Meter Meter { get; }

    /// <summary>Adds 0 to every counter with each of its known labels. Prometheus misses the first increase of a counter that was absent.</summary>
    /// <remarks>Call it after the collection of metrics has started.</remarks>
    public void ShowAll()
    {
        foreach (var counter in (Counter<long>[])[received, sent, duplicates, catchUps, withoutHandshake])
            counter.Add(0);
        foreach (var kind in Kinds)
        {
            connections.Add(0, Kind(kind));
            slowCloses.Add(0, Kind(kind));
        }
        foreach (var error in ChatError.All)
            refused.Add(0, Code(error.Code));
        foreach (var reason in SocketEnds)
            endedSockets.Add(0, Reason(reason));
    }

    /// <summary>Does the same for the close codes of raw connections.</summary>
    public void ShowCloses(IEnumerable<int> codes)
    {
        foreach (var code in codes)
            closes.Add(0, Code(Text(code)));
    }

    /// <summary>Counts an open connection until the result is disposed.</summary>
    /// <param name="kind"><c>hub</c> or <c>raw</c>.</param>
    public IDisposable Connected(string kind)
    {
        Change(kind, 1);
        return new OpenConnection(this, kind);
    }

    public void CountRefusal(ChatError error)
    {
        refused.Add(1, Code(error.Code));
        Counts.CountRefusal();
    }

    public void CountClose(int code) => closes.Add(1, Code(Text(code)));

    /// <param name="kind"><c>hub</c> or <c>raw</c>.</param>
    public void CountSlowClose(string kind)
    {
        slowCloses.Add(1, Kind(kind));
        Counts.CountSlowClose();
    }

    public void CountEndedWithoutHandshake() => withoutHandshake.Add(1);

    /// <param name="reason"><c>files</c> or <c>address</c> (too many of them), or <c>silence</c>.</param>
    public void CountEndedSocket(string reason) => endedSockets.Add(1, Reason(reason));

    public void CountAppend(TimeSpan latency, bool duplicate)
    {
        appendDuration.Record(latency.TotalSeconds);
        if (duplicate)
            duplicates.Add(1);
        Counts.CountAppend(latency, duplicate);
    }

    public void CountCommit(int messages)
    {
        received.Add(messages);
        batchSize.Record(messages);
        Counts.CountCommit(messages);
    }

    public void CountDelivery(string stream, int messages, int subscribers)
    {
        sent.Add((long)messages * subscribers);
        Counts.CountDelivery(stream, messages, subscribers);
    }

    public void CountCatchUp()
    {
        catchUps.Add(1);
        Counts.CountCatchUp();
    }

    private void Change(string kind, int by)
    {
        connections.Add(by, Kind(kind));
        Counts.Connected(kind, by);
    }

    private static KeyValuePair<string, object?> Kind(string kind) => new("kind", kind);

    private static KeyValuePair<string, object?> Code(string code) => new("code", code);

    private static KeyValuePair<string, object?> Reason(string reason) => new("reason", reason);

    private static string Text(int code) => code.ToString(CultureInfo.InvariantCulture);

    /// <summary>A histogram.</summary>
    /// <param name="Instrument">Its name in .NET.</param>
    /// <param name="Name">Its name in <c>/metrics</c>.</param>
    /// <param name="Unit">Its unit.</param>
    /// <param name="Text">The help text: the measured quantity.</param>
    /// <param name="Boundaries">The upper bounds of its buckets.</param>
    public sealed record Family(string Instrument, string Name, string Unit, string Text, double[] Boundaries);

    private sealed class OpenConnection(ChatMetrics metrics, string kind) : IDisposable
    {
        public void Dispose() => metrics.Change(kind, -1);
    }
}
