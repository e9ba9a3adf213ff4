using System.Text.Json.Serialization;

namespace Chat.Protocol;

/// <summary>Proof that a message is durable.</summary>
public sealed record Receipt
{
    private readonly IMessageSource? source;
    private string? id, position;

    /// <summary>Makes a receipt.</summary>
    public Receipt(string id, string stream, long offset, string position, DateTimeOffset sentAt, bool duplicate) =>
        (Id, Stream, Offset, Position, SentAt, Duplicate) = (id, stream, offset, position, sentAt, duplicate);

    /// <summary>Makes a receipt whose id and position are made when they are read.</summary>
    internal Receipt(IMessageSource source, string stream, long offset, DateTimeOffset sentAt, bool duplicate)
        : this(null!, stream, offset, null!, sentAt, duplicate) => this.source = source;

    // A copy with another offset keeps its position.
    private Receipt(Receipt other) =>
        (Id, Stream, Offset, Position, SentAt, Duplicate) = (other.Id, other.Stream, other.Offset, other.Position, other.SentAt, other.Duplicate);

    /// <summary>The message's id.</summary>
    public string Id { get => id ??= source?.Id!; init => id = value; }

    /// <summary>The stream of the entry: the sender's own mailbox, or the room; for a pushed message the recipient's mailbox.</summary>
    public string Stream { get; init; }

    /// <summary>The entry's offset.</summary>
    public long Offset { get; init; }

    /// <summary>The entry's position.</summary>
    public string Position { get => position ??= source?.PositionAt(Offset)!; init => position = value; }

    /// <summary>The time of the append, in UTC.</summary>
    [JsonConverter(typeof(UtcMillisecondsConverter))]
    public DateTimeOffset SentAt { get; init; }

    /// <summary>Whether the same key was accepted before. Then nothing new was stored.</summary>
    public bool Duplicate { get; init; }

    /// <summary>Whether all properties are equal.</summary>
    public bool Equals(Receipt? other) => other is not null
        && (Id, Stream, Offset, Position, SentAt, Duplicate) == (other.Id, other.Stream, other.Offset, other.Position, other.SentAt, other.Duplicate);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Id, Stream, Offset);
}
