using System.Text.Json.Serialization;

namespace Chat.Protocol;

/// <summary>One entry of a stream: a message as its readers see it.</summary>
/// <remarks>A direct message has two entries, one in the recipient's mailbox and one in the sender's own (the sent copy). They share
/// <see cref="Id"/> and differ in <see cref="Stream"/>, <see cref="Offset"/> and <see cref="Position"/>.</remarks>
public sealed record Message
{
    /// <summary>The stream that holds this entry: a user id (that user's mailbox) or a room.</summary>
    public required string Stream { get; init; }

    /// <summary>Place in the stream, from 1, without gaps.</summary>
    public required long Offset { get; init; }

    /// <summary>The position after this entry, as <c>Resume</c> and <c>Read</c> take it.</summary>
    public required string Position { get; init; }

    /// <summary>The message's id: the sender's idempotency key, or one that the server made.</summary>
    public required string Id { get; init; }

    /// <summary>The user who sent it.</summary>
    public required string From { get; init; }

    /// <summary>The user or room it was sent to.</summary>
    public required string To { get; init; }

    /// <summary>The text, byte for byte as it was sent.</summary>
    public required string Content { get; init; }

    /// <summary>When the log took it. For people: only <see cref="Offset"/> orders.</summary>
    [JsonConverter(typeof(UtcMillisecondsConverter))]
    public required DateTimeOffset SentAt { get; init; }

    /// <summary>Whether this entry is the sender's own copy of a message to somebody else.</summary>
    internal bool IsSentCopy => Stream == From && To != From;

    /// <summary>Whether this entry is in a room's stream.</summary>
    internal bool IsInRoom => Stream[0] == '#';

    /// <summary>Names the entry without its content, which must not reach a log.</summary>
    public override string ToString() => $"message {Position} of {Stream} from {From} to {To}";
}
