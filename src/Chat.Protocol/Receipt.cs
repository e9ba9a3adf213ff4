using System.Text.Json.Serialization;

namespace Chat.Protocol;

/// <summary>Proof that a message is durable.</summary>
/// <param name="Id">The message's id.</param>
/// <param name="Stream">The stream of the entry: the sender's own mailbox, or the room; for a pushed message the recipient's mailbox.</param>
/// <param name="Offset">The entry's offset.</param>
/// <param name="Position">The entry's position.</param>
/// <param name="SentAt">The time of the append, in UTC.</param>
/// <param name="Duplicate">Whether the same key was accepted before. Then nothing new was stored.</param>
public sealed record Receipt(
    string Id,
    string Stream,
    long Offset,
    string Position,
    [property: JsonConverter(typeof(UtcMillisecondsConverter))] DateTimeOffset SentAt,
    bool Duplicate);
