using System.Diagnostics.Metrics;
using System.Globalization;
using Chat.Protocol;
using Chat.Server.Sending;

namespace Chat.Server.Operations;

/// <summary>What operators count.</summary>
internal sealed class ChatMetrics : IMessageMeter
{
    public const string MeterName = "Chat.Server";

    public static readonly Family AppendDuration = new(
        "chat.append.duration", "chat_append_duration_seconds", "s", "From a message's coming to its being durable.",
        [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5]);

    public static readonly Family CommitMessages = new(
        "chat.commit.messages", "chat_commit_messages", "{message}", "Messages that were committed together.", [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]);

    private static readonly string[] Kinds = ["hub", "raw"];
    private static readonly string[] SocketEnds = ["address", "files", "silence"];

    private readonly Counter<long> refused, closes, slowCloses, withoutHandshake, endedSockets, received, sent, duplicates, catchUps;
    private readonly UpDownCounter<long> connections;
    private readonly Histogram<double> appendDuration;
    private readonly Histogram<long> batchSize;

    public ChatMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        connections = meter.CreateUpDownCounter<long>("chat.connections", "{connection}", "Connections that are open, by kind.");
        received = meter.CreateCounter<long>("chat.messages.in", "{message}", "Messages that became durable.");
        sent = meter.CreateCounter<long>("chat.messages.out", "{message}", "Messages handed to live readers, once for each.");
        duplicates = meter.CreateCounter<long>("chat.duplicates", "{message}", "Messages that were known by their id, and answered with the first receipt.");
        catchUps = meter.CreateCounter<long>("chat.catch_ups", "{catch-up}", "Times that a reader was given what it missed, from the log.");
        refused = meter.CreateCounter<long>("chat.refused", "{request}", "Refusals, by code.");
        closes = meter.CreateCounter<long>("chat.raw.closes", "{connection}", "Closes of raw connections that the server sent, by code.");
        slowCloses = meter.CreateCounter<long>("chat.slow_close", "{connection}", "Connections ended because they read too slowly, by kind.");
        withoutHandshake = meter.CreateCounter<long>("chat.hub.no_handshake", "{connection}", "Hub connections that ended before their handshake, or because it did not come.");
        endedSockets = meter.CreateCounter<long>("chat.sockets.ended", "{connection}", "TCP connections ended before they said anything, by reason.");
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

    /// <summary>The same as numbers.</summary>
    public ServerCounts Counts { get; } = new();

    /// <summary>Where others add what only they know.</summary>
    public Meter Meter { get; }

    /// <summary>Shows every counter at 0, with each label that is known: a counter that is absent until it counts loses its first increase.</summary>
    /// <remarks>Is called when the metrics are collected.</remarks>
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

    /// <summary>The same for the codes that the server may close a raw connection with.</summary>
    public void ShowCloses(IEnumerable<int> codes)
    {
        foreach (var code in codes)
            closes.Add(0, Code(Text(code)));
    }

    /// <param name="kind"><c>hub</c> or <c>raw</c>.</param>
    /// <returns>What is disposed when the connection has ended.</returns>
    public IDisposable Connected(string kind)
    {
        Change(kind, 1);
        return new OpenConnection(this, kind);
    }

    public void Refused(ChatError error)
    {
        refused.Add(1, Code(error.Code));
        Counts.AddRefused();
    }

    public void Closed(int code) => closes.Add(1, Code(Text(code)));

    /// <param name="kind"><c>hub</c> or <c>raw</c>.</param>
    public void SlowClose(string kind)
    {
        slowCloses.Add(1, Kind(kind));
        Counts.AddSlowClose();
    }

    public void EndedWithoutHandshake() => withoutHandshake.Add(1);

    /// <param name="reason"><c>files</c> or <c>address</c> (there were too many), or <c>silence</c>.</param>
    public void SocketEnded(string reason) => endedSockets.Add(1, Reason(reason));

    public void Appended(TimeSpan latency, bool duplicate)
    {
        appendDuration.Record(latency.TotalSeconds);
        if (duplicate)
            duplicates.Add(1);
        Counts.Appended(latency, duplicate);
    }

    public void Committed(int messages)
    {
        received.Add(messages);
        batchSize.Record(messages);
        Counts.Committed(messages);
    }

    public void Delivered(string stream, int messages, int readers)
    {
        sent.Add((long)messages * readers);
        Counts.Delivered(stream, messages, readers);
    }

    public void CaughtUp()
    {
        catchUps.Add(1);
        Counts.AddCatchUp();
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
    /// <param name="Text">What it measures.</param>
    /// <param name="Boundaries">The upper bounds of its buckets.</param>
    public sealed record Family(string Instrument, string Name, string Unit, string Text, double[] Boundaries);

    private sealed class OpenConnection(ChatMetrics metrics, string kind) : IDisposable
    {
        public void Dispose() => metrics.Change(kind, -1);
    }
}
