using Chat.Protocol;

namespace Chat.Server.Log;

/// <summary>The result of appending a draft. Makes its receipt and entries when they are read: few readers need all of them.</summary>
/// <param name="draft">The message.</param>
/// <param name="ids">Makes the id and the positions.</param>
/// <param name="number">The message's number. Unused with a key.</param>
/// <param name="sentAt">Milliseconds since 1970.</param>
/// <param name="recipientOffset">Offset of the recipient's entry.</param>
/// <param name="copyOffset">Offset of the sender's own entry; null if the sender keeps no copy.</param>
/// <param name="duplicate">Whether the key was used before: the message is not delivered again.</param>
internal sealed class Appended(
    Draft draft, IMessageIds ids, long number, long sentAt, long recipientOffset, long? copyOffset, bool duplicate) : ILogChange, IMessageSource
{
    private string? id = draft.Key;

    public bool Duplicate => duplicate;

    /// <summary>Timestamp of <see cref="TimeProvider.System"/> at which the draft entered the queue.</summary>
    public long AddedAt { get; set; }

    /// <summary>The sender.</summary>
    public string From => draft.From;

    /// <summary>The answer to the sender: the receipt of the sender's own entry. A back end, or a sender without a copy, gets that of the recipient's
    /// entry.</summary>
    public Receipt Receipt => copyOffset is { } own && !draft.IsPush
        ? new Receipt(this, draft.From, own, SentAt, duplicate)
        : new Receipt(this, draft.To, recipientOffset, SentAt, duplicate);

    /// <summary>The recipient's entry. A duplicate's is that of the first message.</summary>
    public Message Entry => EntryOf(draft.To, recipientOffset);

    /// <summary>The offset of the sender's own entry; null if the sender keeps no copy.</summary>
    public long? CopyOffset => copyOffset;

    /// <summary>The sender's own entry; it must have one.</summary>
    public Message SentCopy => EntryOf(draft.From, copyOffset!.Value);

    private DateTimeOffset SentAt => DateTimeOffset.FromUnixTimeMilliseconds(sentAt);

    string IMessageSource.Id => id ??= ids.IdOf(number, sentAt);

    string IMessageSource.PositionAt(long offset) => ids.PositionAt(offset);

    private Message EntryOf(string stream, long offset) => new(this, stream, offset, draft.From, draft.To, draft.Content, SentAt);
}

/// <summary>Makes the ids and the positions of the messages of one log. Safe for concurrent callers.</summary>
internal interface IMessageIds
{
    /// <summary>Returns the id of a message without a key.</summary>
    /// <param name="number">The message's number.</param>
    /// <param name="sentAt">Milliseconds since 1970.</param>
    string IdOf(long number, long sentAt);

    /// <summary>Returns the position of an entry.</summary>
    string PositionAt(long offset);
}
