using Chat.Protocol;

namespace Chat.Server.Tests.Crash;

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

/// <summary>An entry of a stream, from the log itself or as a device got it.</summary>
public sealed record EntryRecord(string Stream, long Offset, string From, string To, string Content)
{
    public static EntryRecord Of(Message message) => new(message.Stream, message.Offset, message.From, message.To, message.Content);
}

/// <summary>What a SignalR device showed its user, each stream in order, after it had dropped what it already held.</summary>
public sealed record HubDeviceRecord(string User, string Name, IReadOnlyList<EntryRecord> View);

/// <summary>What a raw device received: a list for each connection it had.</summary>
public sealed record RawDeviceRecord(string User, string Name, IReadOnlyList<IReadOnlyList<RawFrame>> Connections);

/// <summary>A frame with a message: of the user's mailbox, or of a room.</summary>
public sealed record RawFrame(string Stream, string From, string Content)
{
    public static RawFrame Of(string user, string text) => text.StartsWith('#')
        ? text.Split(':', 3) is [var room, var from, var content] ? new(room, from, content) : throw new ArgumentException(text)
        : text.Split(':', 2) is [var sender, var said] ? new(user, sender, said) : throw new ArgumentException(text);
}

/// <summary>All that is known of a run once everything has come to rest.</summary>
/// <param name="Streams">What the log holds.</param>
/// <param name="Members">Who was in each room, all the time.</param>
public sealed record ChatHistory(
    IReadOnlyList<SendRecord> Sends,
    IReadOnlyDictionary<string, IReadOnlyList<EntryRecord>> Streams,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Members,
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
