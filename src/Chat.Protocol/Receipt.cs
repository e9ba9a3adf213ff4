using System.Text.Json.Serialization;

namespace Chat.Protocol;

/// <summary>Proof that a message is durable.</summary>
/// <param name="Id">The message's id.</param>
/// <param name="Stream">The stream whose entry <paramref name="Offset"/> names: the sender's own mailbox, or the room; for a push, the recipient's.</param>
/// <param name="Offset">Offset of that entry.</param>
/// <param name="Position">Position of that entry.</param>
/// <param name="SentAt">When the log took the message.</param>
/// <param name="Duplicate">True when the same key had been accepted before, and nothing new was stored.</param>
public sealed record Receipt(
    string Id,
    string Stream,
    long Offset,
    string Position,
    [property: JsonConverter(typeof(UtcMillisecondsConverter))] DateTimeOffset SentAt,
    bool Duplicate);
