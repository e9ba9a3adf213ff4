using Chat.Protocol;

namespace Chat.Server.Tests.History;

/// <summary>What became of a send, as its sender knows it.</summary>
public enum Outcome
{
    Unknown,
    Stored,
    Refused,
}

/// <summary>One message that somebody tried to send. Its content tells it from all others.</summary>
/// <param name="Sequence">The place among the sender's first attempts.</param>
/// <param name="Retried">Sent again with the same key, so that its place in the order is not that of its first attempt.</param>
/// <param name="Offset">What the receipt says; null when there was none.</param>
public sealed record SendRecord(string From, string To, string Content, int Sequence, Outcome Outcome, bool Retried = false, long? Offset = null);

/// <summary>An entry of a mailbox, from the log itself or as a device got it.</summary>
public sealed record EntryRecord(string Stream, long Offset, string From, string To, string Content)
{
    public static EntryRecord Of(Message message) => new(message.Stream, message.Offset, message.From, message.To, message.Content);
}

/// <summary>What a SignalR device showed its user, in order, after it had dropped what it already held.</summary>
public sealed record HubDeviceRecord(string User, string Name, IReadOnlyList<EntryRecord> View);

/// <summary>What a raw device received: a list for each connection it had.</summary>
public sealed record RawDeviceRecord(string User, string Name, IReadOnlyList<IReadOnlyList<(string From, string Content)>> Connections);

/// <summary>All that is known of a run once everything has come to rest.</summary>
public sealed record ChatHistory(
    IReadOnlyList<SendRecord> Sends,
    IReadOnlyDictionary<string, IReadOnlyList<EntryRecord>> Mailboxes,
    IReadOnlyList<HubDeviceRecord> HubDevices,
    IReadOnlyList<RawDeviceRecord> RawDevices);

/// <summary>How much a run has put to the proof.</summary>
public sealed record Evidence(int Receipts, int Kills, int Reconnects, int Unknown, int Replays)
{
    /// <summary>Below this a run proves nothing, however clean its history.</summary>
    public static readonly Evidence Required = new(Receipts: 20_000, Kills: 30, Reconnects: 30, Unknown: 10, Replays: 10);

    public bool IsEnough =>
        Receipts >= Required.Receipts && Kills >= Required.Kills && Reconnects >= Required.Reconnects && Unknown >= Required.Unknown && Replays >= Required.Replays;
}
