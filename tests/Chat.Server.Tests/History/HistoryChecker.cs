namespace Chat.Server.Tests.History;

public enum Violation
{
    /// <summary>A message with a receipt is not where it must be.</summary>
    Lost,

    /// <summary>A message is somewhere twice.</summary>
    Repeated,

    /// <summary>Two messages of one sender have changed places.</summary>
    Reordered,

    /// <summary>A message is in a mailbox that it was not sent to, or under another's name.</summary>
    Misrouted,

    /// <summary>A message that nobody sent, or that was refused.</summary>
    Phantom,

    /// <summary>An offset is missing.</summary>
    Gap,

    /// <summary>A device saw something else at an offset than the log holds.</summary>
    Disagreement,

    /// <summary>A receipt names an offset where another message is.</summary>
    FalseReceipt,
}

/// <summary>Judges a history: finds every breach of what a receipt promises.</summary>
public sealed class HistoryChecker(ChatHistory history)
{
    private readonly Dictionary<string, SendRecord> sends = history.Sends.ToDictionary(send => send.Content);
    private readonly List<(Violation Violation, string Facts)> found = [];

    public static IReadOnlyList<(Violation Violation, string Facts)> Check(ChatHistory history)
    {
        var checker = new HistoryChecker(history);
        foreach (var (user, entries) in history.Mailboxes)
            checker.CheckMailbox(user, entries);
        foreach (var send in history.Sends.Where(send => send.Outcome == Outcome.Stored))
            checker.CheckStored(send);
        foreach (var device in history.HubDevices)
            checker.CheckHubDevice(device);
        foreach (var device in history.RawDevices)
            checker.CheckRawDevice(device);
        return checker.found;
    }

    private IReadOnlyList<EntryRecord> Mailbox(string user) => history.Mailboxes.GetValueOrDefault(user) ?? [];

    private void CheckMailbox(string user, IReadOnlyList<EntryRecord> entries)
    {
        CheckOffsets($"the mailbox of {user}", entries);
        CheckContents($"the mailbox of {user}", user, entries);
        foreach (var sent in entries.Select(entry => sends.GetValueOrDefault(entry.Content)).OfType<SendRecord>().Where(send => !send.Retried).GroupBy(send => send.From))
            CheckOrder($"the mailbox of {user}", sent);
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

    private void CheckContents(string where, string user, IReadOnlyList<EntryRecord> entries)
    {
        var seen = new HashSet<string>();
        foreach (var entry in entries)
        {
            if (!seen.Add(entry.Content))
                Found(Violation.Repeated, $"{where}: {entry.Content} again at {entry.Offset}");
            CheckOrigin(where, user, entry.From, entry.To, entry.Content);
        }
    }

    private void CheckOrigin(string where, string user, string from, string to, string content)
    {
        if (!sends.TryGetValue(content, out var send) || send.Outcome == Outcome.Refused)
            Found(Violation.Phantom, $"{where}: {content} was never sent, or was refused");
        else if (send.From != from || send.To != to || (user != to && user != from))
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
        foreach (var user in (string[])[send.To, send.From])
            if (!MailboxContents(user).Contains(send.Content))
                Found(Violation.Lost, $"the mailbox of {user}: {send.Content}, which had a receipt");
        var own = Mailbox(send.From);
        if (send.Offset is { } offset && (offset < 1 || offset > own.Count || own[(int)offset - 1].Content != send.Content))
            Found(Violation.FalseReceipt, $"{send.Content}: the receipt says offset {offset} of {send.From}");
    }

    private void CheckHubDevice(HubDeviceRecord device)
    {
        CheckOffsets(device.Name, device.View);
        CheckContents(device.Name, device.User, device.View);
        var mailbox = Mailbox(device.User);
        foreach (var entry in device.View.Where(entry => entry.Offset >= 1 && entry.Offset <= mailbox.Count && mailbox[(int)entry.Offset - 1] != entry))
            Found(Violation.Disagreement, $"{device.Name}: {entry.Content} at {entry.Offset}, where the log has {mailbox[(int)entry.Offset - 1].Content}");
        foreach (var entry in mailbox.ExceptBy(device.View.Select(seen => seen.Content), entry => entry.Content))
            Found(Violation.Lost, $"{device.Name}: never got {entry.Content} at {entry.Offset}");
    }

    private void CheckRawDevice(RawDeviceRecord device)
    {
        foreach (var again in device.Connections.SelectMany(connection => connection.GroupBy(frame => frame).Where(frames => frames.Count() > 1)))
            Found(Violation.Repeated, $"{device.Name}: {again.Key.Content} twice on one connection");
        var frames = device.Connections.SelectMany(connection => connection).Distinct().ToList();
        foreach (var (from, content) in frames)
            CheckOrigin(device.Name, device.User, from, device.User, content);
        var due = Mailbox(device.User).Where(entry => entry.To == device.User).Select(entry => entry.Content).Distinct().ToList();
        var place = due.Select((content, at) => (content, at)).ToDictionary(pair => pair.content, pair => pair.at);
        foreach (var missing in due.Except(frames.Select(frame => frame.Content)))
            Found(Violation.Lost, $"{device.Name}: never got {missing}");
        var places = frames.Where(frame => place.ContainsKey(frame.Content)).Select(frame => place[frame.Content]).ToList();
        for (var i = 1; i < places.Count; i++)
            if (places[i] < places[i - 1])
                Found(Violation.Reordered, $"{device.Name}: {due[places[i]]} after {due[places[i - 1]]}");
    }

    private readonly Dictionary<string, HashSet<string>> contents = [];

    private HashSet<string> MailboxContents(string user) =>
        contents.TryGetValue(user, out var known) ? known : contents[user] = [.. Mailbox(user).Select(entry => entry.Content)];

    private void Found(Violation violation, string facts) => found.Add((violation, facts));
}
