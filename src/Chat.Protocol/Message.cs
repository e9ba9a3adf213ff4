using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Chat.Protocol;

/// <summary>A message as one entry of a stream.</summary>
/// <remarks>A direct message has two entries: one in the recipient's mailbox, one in the sender's (the sent copy). They share
/// <see cref="Id"/> and differ in <see cref="Stream"/>, <see cref="Offset"/> and <see cref="Position"/>.</remarks>
public sealed record Message
{
    private readonly IMessageSource? source;
    private string? position, id;

    /// <summary>Makes a message whose properties are all set.</summary>
    public Message()
    {
    }

    /// <summary>Makes an entry whose id and position are made when they are read.</summary>
    [SetsRequiredMembers]
    internal Message(IMessageSource source, string stream, long offset, string from, string to, string content, DateTimeOffset sentAt)
    {
        (this.source, Stream, Offset, From, To, Content, SentAt) = (source, stream, offset, from, to, content, sentAt);
        (Id, Position) = (null!, null!);
    }

    // A copy with another offset keeps its position.
    private Message(Message other) =>
        (Stream, Offset, position, id, From, To, Content, SentAt) =
        (other.Stream, other.Offset, other.Position, other.Id, other.From, other.To, other.Content, other.SentAt);

    /// <summary>The stream that holds this entry: a user id (that user's mailbox) or a room.</summary>
    public required string Stream { get; init; }

    /// <summary>The number of the entry in its stream: 1, 2, 3 … without gaps.</summary>
    public required long Offset { get; init; }

    /// <summary>The position after this entry, for <c>Resume</c> and <c>Read</c>.</summary>
    public required string Position { get => position ??= source?.PositionAt(Offset)!; init => position = value; }

    /// <summary>The message's id: the sender's idempotency key, or one that the server made.</summary>
    public required string Id { get => id ??= source?.Id!; init => id = value; }

    /// <summary>The sender's user id.</summary>
    public required string From { get; init; }

    /// <summary>The recipient: a user id or a room.</summary>
    public required string To { get; init; }

    /// <summary>The text, byte for byte as it was sent.</summary>
    public required string Content { get; init; }

    /// <summary>The time of the append, in UTC. For people: only <see cref="Offset"/> orders.</summary>
    [JsonConverter(typeof(UtcMillisecondsConverter))]
    public required DateTimeOffset SentAt { get; init; }

    /// <summary>Whether this entry is the sender's copy of a message to another user.</summary>
    internal bool IsSentCopy => Stream == From && To != From;

    /// <summary>Whether this entry is in a room's stream.</summary>
    internal bool IsInRoom => Stream[0] == '#';

    /// <summary>Whether all properties are equal.</summary>
    public bool Equals(Message? other) => other is not null
        && (Stream, Offset, Position, Id, From, To, Content, SentAt)
        == (other.Stream, other.Offset, other.Position, other.Id, other.From, other.To, other.Content, other.SentAt);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Stream, Offset, Id);

    /// <summary>Returns the entry's names without its content, which must not reach a log.</summary>
    public override string ToString() => $"message {Position} of {Stream} from {From} to {To}";
}
