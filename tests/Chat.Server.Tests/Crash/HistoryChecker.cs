using Chat.Protocol;

namespace Chat.Server.Tests.Crash;

public enum Violation
{
    /// <summary>A message with a receipt is missing.</summary>
    Lost,

    /// <summary>A stream or a device holds a message twice.</summary>
    Repeated,

    /// <summary>Two messages of one sender are in the wrong order.</summary>
    Reordered,

    /// <summary>A message is in the wrong stream, has the wrong sender, or reached a user who may not receive it.</summary>
    Misrouted,

    /// <summary>A message was never sent, or was refused.</summary>
    Phantom,

    /// <summary>An offset is missing.</summary>
    Gap,

    /// <summary>A device received another message at an offset than the log holds.</summary>
    Disagreement,

    /// <summary>A receipt names an offset that holds another message.</summary>
    FalseReceipt,
}

/// <summary>Finds every violation of a receipt's promise in a history.</summary>
public sealed class HistoryChecker(ChatHistory history)
{
    private readonly Dictionary<string, SendRecord> sends = history.Sends.ToDictionary(send => send.Content);
    private readonly Dictionary<string, HashSet<string>> contents = [];
    private readonly List<(Violation Violation, string Facts)> found = [];

    public static IReadOnlyList<(Violation Violation, string Facts)> Check(ChatHistory history)
    {
        var checker = new HistoryChecker(history);
        foreach (var (stream, entries) in history.Streams)
            checker.CheckStream(stream, entries);
        foreach (var send in history.Sends.Where(send => send.Outcome == Outcome.Stored))
            checker.CheckStored(send);
        foreach (var device in history.HubDevices)
            checker.CheckHubDevice(device);
        foreach (var device in history.RawDevices)
            checker.CheckRawDevice(device);
        return checker.found;
    }

    private IReadOnlyList<EntryRecord> Stream(string name) => history.Streams.GetValueOrDefault(name) ?? [];

    private static IReadOnlyList<string> StreamsOf(SendRecord send) => Name.IsRoom(send.To) ? [send.To] : [send.To, send.From];

    private List<string> StreamsReceivedBy(string user) => [user, .. history.Members.Where(room => room.Value.Contains(user)).Select(room => room.Key)];

    private void CheckStream(string stream, IReadOnlyList<EntryRecord> entries)
    {
        CheckOffsets($"stream {stream}", entries);
        CheckContents($"stream {stream}", stream, entries);
        foreach (var sent in entries.Select(entry => sends.GetValueOrDefault(entry.Content)).OfType<SendRecord>().Where(send => !send.Retried).GroupBy(send => send.From))
            CheckOrder($"stream {stream}", sent);
    }

    private void CheckOffsets(string where, IReadOnlyList<EntryRecord> entries)
    {
        for (var i = 0; i < entries.Count; i++)
            if (entries[i].Offset != i + 1)
            {
                Found(entries[i].Offset <= i ? Violation.Repeated : Violation.Gap, $"{where}: offset {entries[i].Offset} where {i + 1} was due");
                return;
            }
    }

    private void CheckContents(string where, string stream, IReadOnlyList<EntryRecord> entries)
    {
        var seen = new HashSet<string>();
        foreach (var entry in entries)
        {
            if (!seen.Add(entry.Content))
                Found(Violation.Repeated, $"{where}: {entry.Content} again at {entry.Offset}");
            CheckOrigin(where, stream, entry.From, entry.To, entry.Content);
        }
    }

    private void CheckOrigin(string where, string stream, string from, string to, string content)
    {
        if (!sends.TryGetValue(content, out var send) || send.Outcome == Outcome.Refused)
            Found(Violation.Phantom, $"{where}: {content} was never sent, or was refused");
        else if (send.From != from || send.To != to || !StreamsOf(send).Contains(stream))
            Found(Violation.Misrouted, $"{where}: {content} from {from} to {to}, but it was sent by {send.From} to {send.To}");
    }

    private void CheckOrder(string where, IEnumerable<SendRecord> ofOneSender)
    {
        var last = -1;
        foreach (var send in ofOneSender)
        {
            if (send.Sequence < last)
                Found(Violation.Reordered, $"{where}: {send.Content} after number {last} of the same sender");
            last = Math.Max(last, send.Sequence);
        }
    }

    private void CheckStored(SendRecord send)
    {
        foreach (var stream in StreamsOf(send))
            if (!Contents(stream).Contains(send.Content))
                Found(Violation.Lost, $"stream {stream}: {send.Content}, which had a receipt");
        var own = Stream(StreamsOf(send)[^1]);
        if (send.Offset is { } offset && (offset < 1 || offset > own.Count || own[(int)offset - 1].Content != send.Content))
            Found(Violation.FalseReceipt, $"{send.Content}: the receipt says offset {offset} of {StreamsOf(send)[^1]}");
    }

    private void CheckHubDevice(HubDeviceRecord device)
    {
        CheckReceivedStreams(device.Name, device.User, device.View.Select(entry => entry.Stream));
        foreach (var stream in StreamsReceivedBy(device.User))
            CheckView($"{device.Name}, stream {stream}", stream, [.. device.View.Where(entry => entry.Stream == stream)]);
    }

    private void CheckView(string where, string stream, IReadOnlyList<EntryRecord> view)
    {
        CheckOffsets(where, view);
        CheckContents(where, stream, view);
        var entries = Stream(stream);
        foreach (var entry in view.Where(entry => entry.Offset >= 1 && entry.Offset <= entries.Count && entries[(int)entry.Offset - 1] != entry))
            Found(Violation.Disagreement, $"{where}: {entry.Content} at {entry.Offset}, where the log has {entries[(int)entry.Offset - 1].Content}");
        foreach (var entry in entries.ExceptBy(view.Select(seen => seen.Content), entry => entry.Content))
            Found(Violation.Lost, $"{where}: never got {entry.Content} at {entry.Offset}");
    }

    private void CheckRawDevice(RawDeviceRecord device)
    {
        CheckReceivedStreams(device.Name, device.User, device.Connections.SelectMany(connection => connection).Select(frame => frame.Stream));
        foreach (var again in device.Connections.SelectMany(connection => connection.GroupBy(frame => frame).Where(frames => frames.Count() > 1)))
            Found(Violation.Repeated, $"{device.Name}: {again.Key.Content} twice on one connection");
        var frames = device.Connections.SelectMany(connection => connection).Distinct().ToList();
        foreach (var stream in StreamsReceivedBy(device.User))
            CheckFrames($"{device.Name}, stream {stream}", stream, [.. frames.Where(frame => frame.Stream == stream)]);
    }

    private void CheckFrames(string where, string stream, IReadOnlyList<RawFrame> frames)
    {
        foreach (var frame in frames)
            CheckOrigin(where, stream, frame.From, stream, frame.Content);
        var due = Stream(stream).Where(entry => entry.To == stream).Select(entry => entry.Content).Distinct().ToList();
        var index = due.Select((content, at) => (content, at)).ToDictionary(pair => pair.content, pair => pair.at);
        foreach (var missing in due.Except(frames.Select(frame => frame.Content)))
            Found(Violation.Lost, $"{where}: never got {missing}");
        var indexes = frames.Where(frame => index.ContainsKey(frame.Content)).Select(frame => index[frame.Content]).ToList();
        for (var i = 1; i < indexes.Count; i++)
            if (indexes[i] < indexes[i - 1])
                Found(Violation.Reordered, $"{where}: {due[indexes[i]]} after {due[indexes[i - 1]]}");
    }

    private void CheckReceivedStreams(string where, string user, IEnumerable<string> streams)
    {
        foreach (var stream in streams.Distinct().Except(StreamsReceivedBy(user)))
            Found(Violation.Misrouted, $"{where}: {user} received {stream}");
    }

    private HashSet<string> Contents(string stream) =>
        contents.TryGetValue(stream, out var known) ? known : contents[stream] = [.. Stream(stream).Select(entry => entry.Content)];

    private void Found(Violation violation, string facts) => found.Add((violation, facts));
}
