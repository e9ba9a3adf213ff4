using Chat.Protocol;
using Chat.Server.Log;
using Chat.Server.Storage.Sqlite.Files;
using Chat.Server.Storage.Sqlite.Index;
using Chat.Server.Storage.Sqlite.Retention;

namespace Chat.Server.Storage.Sqlite.Writing;

/// <summary>Appends messages in the transaction. Belongs to the writer.</summary>
internal sealed class MessageRows
{
    private readonly LogIndex index;
    private readonly LogTimes times;
    private readonly MessageIds ids;
    private readonly LogNumbers numbers;
    private readonly StreamRows streams;
    private readonly MemberRows members;
    private readonly ConversationRows conversations;
    private readonly SentKeys keys;
    private readonly Statement insert;
    private readonly List<UncommittedMessage> uncommitted = [];

    public MessageRows(OpenedLog log, LogNumbers numbers, StreamRows streams, MemberRows members)
    {
        (index, times, ids, conversations) = (log.Index, log.Times, log.Ids, log.Conversations);
        (this.numbers, this.streams, this.members) = (numbers, streams, members);
        keys = new SentKeys(log.Session, index, times, ids);
        insert = log.Session.Prepare("""
            INSERT INTO message (number, id, sender, recipient, sender_offset, recipient_offset, sent_at, keyed, content) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """);
    }

    /// <summary>Messages of the open transaction.</summary>
    public int Uncommitted => uncommitted.Count;

    /// <summary>Appends a draft. If its key was used before, returns the first receipt instead.</summary>
    /// <exception cref="ChatException">The draft is refused; nothing was written.</exception>
    public Appended Append(Draft draft)
    {
        var digest = draft.Key is null ? null : SentKeys.Digest(draft.To, draft.Content);
        if (digest is not null && keys.Find(draft.From, draft.Key!, numbers.Last) is { } known)
            return Repeat(draft, digest, known);
        RequirePermission(draft);

        var recipient = streams.GetOrCreate(draft.To);
        var sender = draft.HasSentCopy ? streams.GetOrCreate(draft.From) : null;
        var number = numbers.Take();
        var sentAt = times.Wall.ToUnixTimeMilliseconds();
        var message = new UncommittedMessage(
            number, draft.From, recipient, ++recipient.UncommittedHead, sender, sender is null ? null : ++sender.UncommittedHead);
        uncommitted.Add(message);
        insert.Bind(1, number).Bind(2, draft.Key ?? "").Bind(3, draft.From).Bind(4, draft.To).Bind(5, message.SenderOffset).Bind(6, message.RecipientOffset)
            .Bind(7, sentAt).Bind(8, digest is null ? 0 : 1).Bind(9, draft.Content).Run();
        if (digest is not null)
            keys.Add(draft.From, draft.Key!, new KeyedReceipt(message.SenderOffset, message.RecipientOffset, sentAt, times.Now, digest));
        return new Appended(draft, ids, number, sentAt, message.RecipientOffset, message.SenderOffset, duplicate: false);
    }

    /// <summary>Counts the sender's messages in the stream, uncommitted ones included.</summary>
    public long CountSent(StreamState stream, string sender) =>
        conversations.CountSent(stream.Id, sender, stream.Conversation(sender))
        + uncommitted.Count(message => message.Recipient == stream && message.From == sender);

    public void MarkCommitted()
    {
        foreach (var message in uncommitted)
            message.AddTo(index);
        uncommitted.Clear();
        keys.MarkCommitted();
    }

    public void DiscardUncommitted()
    {
        foreach (var message in uncommitted)
            message.Discard();
        uncommitted.Clear();
        keys.DiscardUncommitted();
    }

    private Appended Repeat(Draft draft, byte[] digest, KeyedReceipt known) => known.Digest.AsSpan().SequenceEqual(digest)
        ? new Appended(draft, ids, number: 0, known.SentAt, known.RecipientOffset, known.SenderOffset, duplicate: true)
        : throw new ChatException(ChatError.KeyConflict);

    private void RequirePermission(Draft draft)
    {
        if (draft.IsToRoom && !draft.IsPush && !members.Contains(draft.To, draft.From))
            throw new ChatException(ChatError.Forbidden, "Only members write to a room.");
        if (draft.MailboxLimit is { } limit && streams.Find(draft.To) is null && !limit.TryOpen(draft.From))
            throw new ChatException(ChatError.RateLimited, "You started too many conversations with new users or empty rooms. Try again later.");
    }
}
