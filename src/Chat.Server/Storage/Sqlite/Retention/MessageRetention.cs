using Chat.Server.Log;
using Chat.Server.Storage.Sqlite.Files;
using Chat.Server.Storage.Sqlite.Index;
using Chat.Server.Storage.Sqlite.Writing;

namespace Chat.Server.Storage.Sqlite.Retention;

/// <summary>Removes messages that are too old or beyond their stream's count, and expired keys. Belongs to the writer.</summary>
/// <remarks>It works in small steps, so that no commit waits for a sweep. The remaining messages of a stream are always contiguous. The stream's
/// <c>trimmed</c> offset outlives the messages: the index, which comes later, writes no entry up to it.</remarks>
internal sealed class MessageRetention
{
    private const int RowsPerStep = 500;
    private const int KeysPerStep = 2000;

    private readonly MessagingOptions options;
    private readonly StreamTable streams;
    private readonly ConversationRows conversations;
    private readonly LogTimes times;
    private readonly Statement readOldest, readStream, readMessage, readKeys, deleteMessage, deleteEntry, deleteKey, trimStream;
    private readonly OverfullStreams overfull;
    private readonly HashSet<StreamState> trimmed = [];
    private IEnumerator<bool>? sweep;

    public MessageRetention(OpenedLog log, MessagingOptions options)
    {
        (streams, conversations, times, this.options) = (log.Streams, log.Conversations, log.Times, options);
        var session = log.Session;
        overfull = new OverfullStreams(session, options.RetentionCount);
        const string columns = "number, sender, recipient, sender_offset, recipient_offset";
        readOldest = session.Prepare($"SELECT {columns}, sent_at FROM message ORDER BY number LIMIT {RowsPerStep}");
        readStream = session.Prepare($"SELECT message, offset FROM entry WHERE stream = ? AND offset <= ? ORDER BY offset LIMIT {RowsPerStep}");
        readMessage = session.Prepare($"SELECT {columns} FROM message WHERE number = ?");
        readKeys = session.Prepare($"SELECT sender, id, at, sent_at FROM sent_key WHERE (sender, id) > (?, ?) ORDER BY sender, id LIMIT {KeysPerStep}");
        deleteMessage = session.Prepare("DELETE FROM message WHERE number = ?");
        deleteEntry = session.Prepare("DELETE FROM entry WHERE stream = ? AND offset = ?");
        deleteKey = session.Prepare("DELETE FROM sent_key WHERE sender = ? AND id = ?");
        trimStream = session.Prepare("UPDATE stream SET trimmed = max(trimmed, ?1), head = max(head, ?1) WHERE id = ?2");
    }

    /// <summary>Does the next step of a sweep in the transaction; returns whether there are more.</summary>
    public bool Step(LogTransaction transaction)
    {
        sweep ??= Sweep(transaction).GetEnumerator();
        var more = sweep.MoveNext();
        if (!more)
            sweep = null;
        foreach (var stream in trimmed)
            trimStream.Bind(1, stream.UncommittedTrimmed).Bind(2, stream.Id).Run();
        if (trimmed.Count > 0)
            transaction.Numbers.SaveLast(); // the newest message may be among the removed ones
        return more;
    }

    /// <summary>Shows the committed step to all threads.</summary>
    public void MarkCommitted()
    {
        foreach (var stream in trimmed)
            stream.Trim(stream.UncommittedTrimmed);
        trimmed.Clear();
    }

    /// <summary>Forgets the step that was rolled back. The next step starts a new sweep.</summary>
    public void DiscardUncommitted()
    {
        foreach (var stream in trimmed)
            stream.UncommittedTrimmed = stream.Bounds.Trimmed;
        trimmed.Clear();
        sweep = null;
    }

    private IEnumerable<bool> Sweep(LogTransaction transaction)
    {
        while (TrimByAge(transaction))
            yield return true;
        foreach (var step in overfull.Load(transaction))
            yield return step;
        // Trimming by count reads the index. Without new messages only these steps write it.
        if (options.RetentionCount > 0 && streams.All.Any(stream => stream.Bounds.Head - options.RetentionCount > stream.IndexedHead))
            transaction.Index.Hurry();
        for (var due = transaction.Index.Due; transaction.Index.Written < due;)
            yield return true;
        foreach (var stream in options.RetentionCount == 0 ? [] : streams.All)
            while (TrimByCount(transaction, stream))
                yield return true;
        for (var from = ("", ""); DropOldKeys(ref from);)
            yield return true;
    }

    private bool TrimByAge(LogTransaction transaction)
    {
        if (options.RetentionDays == 0)
            return false;
        var age = TimeSpan.FromDays(options.RetentionDays);
        var aged = new List<MessageEntries>();
        while (readOldest.Step())
        {
            if (readOldest.Int64(0) > transaction.Numbers.Last || !times.IsOlder(times.CommittedAt(readOldest.Int64(0), readOldest.Int64(5)), age))
            {
                readOldest.Reset();
                break;
            }
            aged.Add(MessageEntries.From(readOldest));
        }
        foreach (var message in aged)
        {
            Trim(transaction.Streams.GetOrCreate(message.Recipient), message.RecipientOffset, message);
            if (message.SenderOffset is { } copy)
                Trim(transaction.Streams.GetOrCreate(message.Sender), copy, message);
            deleteMessage.Bind(1, message.Number).Run();
        }
        return aged.Count == RowsPerStep;
    }

    private bool TrimByCount(LogTransaction transaction, StreamState stream)
    {
        var upTo = Math.Min(stream.Bounds.Head - options.RetentionCount, stream.IndexedHead);
        if (upTo <= stream.UncommittedTrimmed)
            return false;
        var entries = new List<(long Message, long Offset)>();
        readStream.Bind(1, stream.Id).Bind(2, upTo);
        while (readStream.Step())
            entries.Add((readStream.Int64(0), readStream.Int64(1)));
        foreach (var (number, offset) in entries)
        {
            var message = Read(number);
            Trim(stream, offset, message);
            if (!IsKeptElsewhere(transaction, message, stream))
                deleteMessage.Bind(1, number).Run();
        }
        return entries.Count > 0;
    }

    /// <summary>Whether another mailbox still keeps the message.</summary>
    private static bool IsKeptElsewhere(LogTransaction transaction, MessageEntries? message, StreamState stream)
    {
        if (message?.SenderOffset is not { } copy)
            return false;
        return message.Recipient == stream.Name
            ? copy > transaction.Streams.GetOrCreate(message.Sender).UncommittedTrimmed
            : message.RecipientOffset > transaction.Streams.GetOrCreate(message.Recipient).UncommittedTrimmed;
    }

    /// <summary>Reads the message's entries; null if another program has deleted the message from the file.</summary>
    private MessageEntries? Read(long number)
    {
        if (!readMessage.Bind(1, number).Step())
            return null;
        var message = MessageEntries.From(readMessage);
        readMessage.Reset();
        return message;
    }

    private void Trim(StreamState stream, long offset, MessageEntries? message)
    {
        deleteEntry.Bind(1, stream.Id).Bind(2, offset).Run();
        // The stream may have been trimmed beyond this message before, by its count.
        if (offset > stream.UncommittedTrimmed && message?.Recipient == stream.Name)
            conversations.Trim(stream.Id, message.Sender, message.Number, offset);
        stream.UncommittedTrimmed = Math.Max(stream.UncommittedTrimmed, offset);
        trimmed.Add(stream);
    }

    /// <summary>Reads the next keys and deletes the expired ones; returns whether there are more.</summary>
    private bool DropOldKeys(ref (string Sender, string Id) from)
    {
        var old = new List<(string Sender, string Id)>();
        var seen = 0;
        readKeys.Bind(1, from.Sender).Bind(2, from.Id);
        for (; readKeys.Step(); seen++)
        {
            from = (readKeys.Text(0), readKeys.Text(1));
            if (times.IsOlder(times.UsedAt(readKeys.NullableInt64(2), readKeys.Int64(3)), SentKeys.Lifetime))
                old.Add(from);
        }
        foreach (var (sender, id) in old)
            deleteKey.Bind(1, sender).Bind(2, id).Run();
        return seen == KeysPerStep;
    }

    /// <summary>A message's entries in its recipient's and its sender's stream.</summary>
    private sealed record MessageEntries(long Number, string Sender, string Recipient, long? SenderOffset, long RecipientOffset)
    {
        public static MessageEntries From(Statement row) => new(row.Int64(0), row.Text(1), row.Text(2), row.NullableInt64(3), row.Int64(4));
    }
}
