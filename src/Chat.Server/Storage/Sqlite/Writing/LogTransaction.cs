using Chat.Protocol;
using Chat.Server.Log;
using Chat.Server.Storage.Sqlite.Index;
using Chat.Server.Storage.Sqlite.Retention;
using Microsoft.Data.Sqlite;

namespace Chat.Server.Storage.Sqlite.Writing;

/// <summary>The writer's transaction: one at a time, used again for the next. Offsets are given here, and count only once it is committed.</summary>
internal sealed class LogTransaction : IDisposable
{
    private readonly StreamTable streams;
    private readonly LogTimes times;
    private readonly string epoch;
    private readonly StreamRows rows;
    private readonly SentKeys keys;
    private readonly MemberRows members;
    private readonly TopicRows topics;
    private readonly BanRows bans;
    private readonly ConversationRows conversations;
    private readonly ReadMarkRows readMarks;
    private readonly Statement begin, commit, rollback, insertStream, insertMessage, confirm, saveNumber;
    private readonly List<NewMessage> messages = [];
    private readonly HashSet<StreamState> newStreams = [];
    private readonly SqliteConnection connection;
    private long nextNumber;
    private long nextStreamId;
    private bool changedOtherwise;
    private DateTimeOffset now;

    public LogTransaction(SqliteConnection connection, StreamTable streams, LogIndex index, string epoch, long lastNumber, LogTimes times)
    {
        (this.connection, this.streams, Index, this.epoch, this.times) = (connection, streams, index, epoch, times);
        LastNumber = lastNumber;
        nextNumber = lastNumber + 1;
        begin = new Statement(connection, "BEGIN IMMEDIATE");
        commit = new Statement(connection, "COMMIT");
        rollback = new Statement(connection, "ROLLBACK");
        rows = new StreamRows(connection);
        keys = new SentKeys(connection, index, times);
        members = new MemberRows(connection);
        topics = new TopicRows(connection);
        bans = new BanRows(connection);
        conversations = new ConversationRows(connection);
        readMarks = new ReadMarkRows(connection);
        insertStream = new Statement(connection, "INSERT INTO stream (id, name, head, trimmed) VALUES (?, ?, 0, 0)");
        insertMessage = new Statement(connection, """
            INSERT INTO message (number, id, sender, recipient, sender_offset, recipient_offset, sent_at, keyed, content) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """);
        confirm = new Statement(connection, """
            INSERT INTO confirmed (user, stream, offset) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET offset = max(offset, excluded.offset)
            """);
        saveNumber = new Statement(connection, "UPDATE log SET last_number = max(last_number, ?)");
        using var newestStream = new Statement(connection, "SELECT coalesce(max(id), 0) FROM stream");
        newestStream.Step();
        nextStreamId = newestStream.Int64(0) + 1;
        newestStream.Reset();
    }

    public LogIndex Index { get; }

    /// <summary>Number of the newest committed message, or of a later change that is no message.</summary>
    public long LastNumber { get; private set; }

    public void Begin()
    {
        begin.Run();
        times.Begin(LastNumber);
        now = times.Wall;
    }

    /// <summary>Makes everything durable.</summary>
    public void Commit()
    {
        Index.WriteSlice();
        // A file that lacks a membership or a value is an older file, too: the log's mark tells by the number.
        if (changedOtherwise)
            SaveNumber(nextNumber++);
        commit.Run();
    }

    /// <summary>Lets the log know a number as used, of which no message may tell.</summary>
    public void SaveNumber(long number) => saveNumber.Bind(1, number).Run();

    /// <summary>Makes what is durable known. There is no way back from here.</summary>
    public void Committed()
    {
        Index.SliceCommitted();
        LastNumber = nextNumber - 1;
        foreach (var message in messages)
            message.AddTo(Index);
        keys.Committed();
        times.Committed();
        Forget();
    }

    /// <summary>Undoes everything, and forgets what memory had prepared.</summary>
    public void Rollback()
    {
        // Some errors have ended the transaction already.
        if (SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle!) == 0)
            rollback.Run();
        nextNumber = LastNumber + 1;
        foreach (var message in messages)
            message.Discard();
        foreach (var stream in newStreams)
            stream.DiscardDraft(stored: false);
        keys.Undone();
        times.Undone();
        Forget();
    }

    /// <summary>Appends a draft, or finds what its key was answered before.</summary>
    /// <exception cref="ChatException">The sender is not in the room, or may make no more mailboxes, or the key was used for another message;
    /// nothing was written.</exception>
    public Appended Append(Draft draft)
    {
        var digest = draft.Key is null ? null : SentKeys.Digest(draft.To, draft.Content);
        if (digest is not null && keys.Find(draft.From, draft.Key!, LastNumber) is { } known)
            return known.Digest.AsSpan().SequenceEqual(digest)
                ? new Appended(Receipt(draft, draft.Key!, known.SenderOffset, known.RecipientOffset, Time(known.SentAt), duplicate: true), null, null)
                : throw new ChatException(ChatError.KeyConflict);

        if (draft.IsToRoom && !draft.IsPush && !members.Contains(draft.To, draft.From))
            throw new ChatException(ChatError.Forbidden, "Only members write to a room.");
        if (draft.MailboxLimit is { } limit && !Exists(draft.To) && !limit.TryOpen(draft.From))
            throw new ChatException(ChatError.RateLimited, "You write to too many people and rooms that nobody has written to before.");
        var recipient = Stream(draft.To);
        var sender = draft.HasSentCopy ? Stream(draft.From) : null;
        var number = nextNumber++;
        var id = draft.Key ?? MessageId.Create(now, number);
        var message = new NewMessage(number, draft.From, recipient, ++recipient.DraftHead, sender, sender is null ? null : ++sender.DraftHead);
        messages.Add(message);
        var sentAt = Time(now.ToUnixTimeMilliseconds());
        insertMessage.Bind(1, number).Bind(2, id).Bind(3, draft.From).Bind(4, draft.To).Bind(5, message.SenderOffset).Bind(6, message.RecipientOffset)
            .Bind(7, sentAt.ToUnixTimeMilliseconds()).Bind(8, digest is null ? 0 : 1).Bind(9, draft.Content).Run();

        if (digest is not null)
            keys.Draft(draft.From, id, new KeyedReceipt(message.SenderOffset, message.RecipientOffset, sentAt.ToUnixTimeMilliseconds(), times.Now, digest));
        return new Appended(
            Receipt(draft, id, message.SenderOffset, message.RecipientOffset, sentAt, duplicate: false),
            Entry(draft.To, message.RecipientOffset),
            message.SenderOffset is { } copy ? Entry(draft.From, copy) : null);

        Message Entry(string stream, long offset) => new()
        {
            Stream = stream,
            Offset = offset,
            Position = Position(offset),
            Id = id,
            From = draft.From,
            To = draft.To,
            Content = draft.Content,
            SentAt = sentAt,
        };
    }

    public void Confirm(Confirmation confirmation) =>
        confirm.Bind(1, confirmation.User).Bind(2, confirmation.Stream).Bind(3, confirmation.Offset).Run();

    /// <param name="maxRooms">Most rooms that the user may be in; 0 for any number.</param>
    /// <exception cref="ChatException">The user is in too many rooms; nothing was written.</exception>
    public Membership Join(string user, string room, int maxRooms)
    {
        var stream = streams.Find(room) ?? rows.Find(room);
        var head = stream?.DraftHead ?? 0;
        var isNew = !members.Contains(room, user);
        if (isNew && maxRooms > 0 && members.CountRooms(user) >= maxRooms)
            throw new ChatException(ChatError.RateLimited, $"A user is in at most {maxRooms} rooms.");
        if (isNew)
        {
            changedOtherwise = true;
            members.Add(room, user);
            Confirm(new Confirmation(user, room, head));
            readMarks.Move(user, room, head, stream is null ? 0 : CountSent(stream, user));
        }
        return new Membership(user, room, IsMember: true, isNew, head);
    }

    public Membership Leave(string user, string room)
    {
        var wasMember = members.Contains(room, user);
        changedOtherwise |= wasMember;
        members.Remove(room, user);
        readMarks.Remove(user, room);
        return new Membership(user, room, IsMember: false, wasMember, 0);
    }

    /// <exception cref="ChatException">The user is not in the room; nothing was written.</exception>
    public ReadMarkMoved MarkRead(PendingReadMark draft, long sent)
    {
        if (draft.IsRoom && !members.Contains(draft.Conversation, draft.User))
            throw new ChatException(ChatError.Forbidden, "Only members read a room.");
        var (offset, hasMoved) = readMarks.Move(draft.User, draft.Conversation, draft.Offset, sent);
        return new ReadMarkMoved(draft.User, draft.MarkAt(Position(offset)), draft.Connection, hasMoved);
    }

    public TopicValue? Publish(PendingTopicValue draft)
    {
        var published = topics.Publish(draft, now);
        changedOtherwise |= published is not null;
        return published;
    }

    public void SetBanned(string user, bool banned)
    {
        changedOtherwise = true;
        bans.Set(user, banned);
    }

    private bool Exists(string stream) => (streams.Find(stream) ?? rows.Find(stream)) is not null;

    /// <summary>The stream, with a row of its own.</summary>
    public StreamState Stream(string name)
    {
        var stream = streams.Find(name) ?? streams.Add(rows.Find(name) ?? new StreamState(nextStreamId++, name, 0, 0));
        if (!stream.DraftStored)
        {
            insertStream.Bind(1, stream.Id).Bind(2, name).Run();
            stream.DraftStored = true;
            newStreams.Add(stream);
        }
        return stream;
    }

    public void Dispose()
    {
        foreach (var statement in (Statement[])[begin, commit, rollback, insertStream, insertMessage, confirm, saveNumber])
            statement.Dispose();
        rows.Dispose();
        keys.Dispose();
        members.Dispose();
        topics.Dispose();
        bans.Dispose();
        conversations.Dispose();
        readMarks.Dispose();
    }

    /// <summary>Messages of the sender in the stream, those of the open transaction included.</summary>
    private long CountSent(StreamState stream, string sender) =>
        conversations.CountSent(stream.Id, sender, stream.DraftConversation(sender)) + messages.Count(message => message.Recipient == stream && message.From == sender);

    /// <summary>A user is answered with its own entry, if it has one; a back end with the recipient's.</summary>
    private Receipt Receipt(Draft draft, string id, long? senderOffset, long recipientOffset, DateTimeOffset sentAt, bool duplicate)
    {
        var (stream, offset) = senderOffset is { } own && !draft.IsPush ? (draft.From, own) : (draft.To, recipientOffset);
        return new Receipt(id, stream, offset, Position(offset), sentAt, duplicate);
    }

    private string Position(long offset) => new Position(epoch, offset).ToString();

    private static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    private void Forget()
    {
        messages.Clear();
        newStreams.Clear();
        changedOtherwise = false;
    }
}
