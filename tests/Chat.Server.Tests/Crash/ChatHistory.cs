using Chat.Protocol;

namespace Chat.Server.Tests.Crash;

/// <summary>The outcome of a send, as far as its sender knows it.</summary>
public enum Outcome
{
    Unknown,
    Stored,
    Refused,
}

/// <summary>One message that a client tried to send. Its content is unique.</summary>
/// <param name="Sequence">The number of its first attempt among those of the sender.</param>
/// <param name="Retried">Whether it was sent again with the same key. Then <paramref name="Sequence"/> does not give its order.</param>
/// <param name="Offset">The offset in the receipt; null without a receipt.</param>
public sealed record SendRecord(string From, string To, string Content, int Sequence, Outcome Outcome, bool Retried = false, long? Offset = null);

/// <summary>An entry of a stream, as the log holds it or as a device received it.</summary>
public sealed record EntryRecord(string Stream, long Offset, string From, string To, string Content)
{
    public static EntryRecord Of(Message message) => new(message.Stream, message.Offset, message.From, message.To, message.Content);
}

/// <summary>The messages that a SignalR device showed its user: each stream in order, and without repeats.</summary>
public sealed record HubDeviceRecord(string User, string Name, IReadOnlyList<EntryRecord> View);

/// <summary>The frames that a raw device received: a list for each of its connections.</summary>
public sealed record RawDeviceRecord(string User, string Name, IReadOnlyList<IReadOnlyList<RawFrame>> Connections);

/// <summary>A frame with a message: of the user's mailbox, or of a room.</summary>
public sealed record RawFrame(string Stream, string From, string Content)
{
    public static RawFrame Of(string user, string text) => text.StartsWith('#')
        ? text.Split(':', 3) is [var room, var from, var content] ? new(room, from, content) : throw new ArgumentException(text)
        : text.Split(':', 2) is [var sender, var said] ? new(user, sender, said) : throw new ArgumentException(text);
}

/// <summary>Everything that is known of a finished run.</summary>
/// <param name="Streams">The content of the log.</param>
/// <param name="Members">The members of each room, the same during the whole run.</param>
public sealed record ChatHistory(
    IReadOnlyList<SendRecord> Sends,
    IReadOnlyDictionary<string, IReadOnlyList<EntryRecord>> Streams,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Members,
    IReadOnlyList<HubDeviceRecord> HubDevices,
    IReadOnlyList<RawDeviceRecord> RawDevices);

/// <summary>The amount of work that a run has tested.</summary>
public sealed record Evidence(int Receipts, int Kills, int Reconnects, int Unknown, int Replays)
{
    /// <summary>The least that a run must reach. Below it, even a clean history proves nothing.</summary>
    public static readonly Evidence Required = new(Receipts: 20_000, Kills: 30, Reconnects: 30, Unknown: 10, Replays: 10);

    public bool IsEnough =>
        Receipts >= Required.Receipts && Kills >= Required.Kills && Reconnects >= Required.Reconnects && Unknown >= Required.Unknown && Replays >= Required.Replays;
}
