using Chat.Protocol;

namespace Chat.Server.Log;

/// <summary>The result of appending a draft. Makes its receipt and entries when they are read: few readers need all of them.</summary>
/// <param name="draft">The message.</param>
/// <param name="names">Makes the id and the positions.</param>
/// <param name="sentAt">The time of the append.</param>
/// <param name="recipientOffset">Offset of the recipient's entry.</param>
/// <param name="copyOffset">Offset of the sender's own entry; null if the sender keeps no copy.</param>
/// <param name="duplicate">Whether the key was used before: the message is not delivered again.</param>
internal sealed class Appended(Draft draft, IMessageNames names, DateTimeOffset sentAt, long recipientOffset, long? copyOffset, bool duplicate) : ILogChange
{
    public bool Duplicate => duplicate;

    /// <summary>Timestamp at which the draft entered the queue.</summary>
    public long AddedAt { get; set; }

    /// <summary>The sender.</summary>
    public string From => draft.From;

    /// <summary>The answer to the sender: the receipt of the sender's own entry. A back end, or a sender without a copy, gets that of the recipient's
    /// entry.</summary>
    public Receipt Receipt => copyOffset is { } own && !draft.IsPush
        ? new Receipt(names, draft.From, own, sentAt, duplicate)
        : new Receipt(names, draft.To, recipientOffset, sentAt, duplicate);

    /// <summary>The recipient's entry. A duplicate's is that of the first message.</summary>
    public Message Entry => EntryOf(draft.To, recipientOffset);

    /// <summary>The offset of the sender's own entry; null if the sender keeps no copy.</summary>
    public long? CopyOffset => copyOffset;

    /// <summary>The sender's own entry; it must have one.</summary>
    public Message SentCopy => EntryOf(draft.From, copyOffset!.Value);

    private Message EntryOf(string stream, long offset) => new(names, stream, offset, draft.From, draft.To, draft.Content, sentAt);
}
