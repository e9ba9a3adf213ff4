using Chat.Server.Log;
using Chat.Server.Storage.Sqlite.Index;
using Chat.Server.Storage.Sqlite.Writing;
using Microsoft.Data.Sqlite;

namespace Chat.Server.Storage.Sqlite.Retention;

/// <summary>Removes what is past its age or beyond its mailbox's count. Belongs to the writer.</summary>
/// <remarks>Works in small steps, so that no commit waits for a sweep. What remains of a stream is always contiguous, and its <c>trimmed</c>
/// offset outlives its messages: the index, which may follow behind, writes no entry up to it.</remarks>
internal sealed class MessageRetention : IDisposable
{
    private const int RowsPerStep = 500;
    private const int KeysPerStep = 2000;

    private readonly MessagingOptions options;
    private readonly StreamTable streams;
    private readonly ConversationRows conversations;
    private readonly LogTimes times;
    private readonly Statement readOldest, readStream, readMessage, readKeys, deleteMessage, deleteEntry, deleteKey, trimStream;
    private readonly OverfullStreams overfull;
    private readonly HashSet<StreamState> drafted = [];
    private IEnumerator<bool>? sweep;

    public MessageRetention(SqliteConnection connection, StreamTable streams, MessagingOptions options, LogTimes times)
    {
        (this.streams, this.options, this.times) = (streams, options, times);
        conversations = new ConversationRows(connection);
        overfull = new OverfullStreams(connection, options.RetentionCount);
        const string places = "number, sender, recipient, sender_offset, recipient_offset";
        readOldest = new Statement(connection, $"SELECT {places}, sent_at FROM message ORDER BY number LIMIT {RowsPerStep}");
        readStream = new Statement(connection, $"SELECT message, offset FROM entry WHERE stream = ? AND offset <= ? ORDER BY offset LIMIT {RowsPerStep}");
        readMessage = new Statement(connection, $"SELECT {places} FROM message WHERE number = ?");
        readKeys = new Statement(connection, $"SELECT sender, id, at, sent_at FROM sent_key WHERE (sender, id) > (?, ?) ORDER BY sender, id LIMIT {KeysPerStep}");
        deleteMessage = new Statement(connection, "DELETE FROM message WHERE number = ?");
        deleteEntry = new Statement(connection, "DELETE FROM entry WHERE stream = ? AND offset = ?");
        deleteKey = new Statement(connection, "DELETE FROM sent_key WHERE sender = ? AND id = ?");
        trimStream = new Statement(connection, "UPDATE stream SET trimmed = max(trimmed, ?1), head = max(head, ?1) WHERE id = ?2");
    }

    /// <summary>Does the next step of a sweep inside the open transaction; false when it was the last.</summary>
    public bool Step(LogTransaction transaction)
    {
        sweep ??= Sweep(transaction).GetEnumerator();
        var more = sweep.MoveNext();
        if (!more)
            sweep = null;
        foreach (var stream in drafted)
            trimStream.Bind(1, stream.DraftTrimmed).Bind(2, stream.Id).Run();
        if (drafted.Count > 0)
            transaction.SaveNumber(transaction.LastNumber); // should the newest message be among what was removed
        return more;
    }

    /// <summary>What was done is durable: readers may know.</summary>
    public void Committed()
    {
        foreach (var stream in drafted)
            stream.Trim(stream.DraftTrimmed);
        drafted.Clear();
    }

    /// <summary>What was done has been undone: the next step begins a sweep anew.</summary>
    public void Undone()
    {
        foreach (var stream in drafted)
            stream.DraftTrimmed = stream.Bounds.Trimmed;
        drafted.Clear();
        sweep = null;
    }

    public void Dispose()
    {
        Statement[] all = [readOldest, readStream, readMessage, readKeys, deleteMessage, deleteEntry, deleteKey, trimStream];
        foreach (var statement in all)
            statement.Dispose();
        conversations.Dispose();
        overfull.Dispose();
    }

    private IEnumerable<bool> Sweep(LogTransaction transaction)
    {
        while (TrimByAge(transaction))
            yield return true;
        foreach (var step in overfull.Load(transaction))
            yield return step;
        // The count is taken from the index. Without messages nobody but these steps would bring it forward.
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
        var aged = new List<Places>();
        while (readOldest.Step())
        {
            if (readOldest.Int64(0) > transaction.LastNumber || !times.IsOlder(times.Of(readOldest.Int64(0), readOldest.Int64(5)), age))
            {
                readOldest.Reset();
                break;
            }
            aged.Add(Places.Of(readOldest));
        }
        foreach (var message in aged)
        {
            Trim(transaction.Stream(message.Recipient), message.RecipientOffset, message);
            if (message.SenderOffset is { } copy)
                Trim(transaction.Stream(message.Sender), copy, message);
            deleteMessage.Bind(1, message.Number).Run();
        }
        return aged.Count == RowsPerStep;
    }

    private bool TrimByCount(LogTransaction transaction, StreamState stream)
    {
        var upTo = Math.Min(stream.Bounds.Head - options.RetentionCount, stream.IndexedHead);
        if (upTo <= stream.DraftTrimmed)
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

    /// <summary>Whether the other mailbox that holds the message still wants it.</summary>
    private static bool IsKeptElsewhere(LogTransaction transaction, Places? message, StreamState trimmed)
    {
        if (message?.SenderOffset is not { } copy)
            return false;
        return message.Recipient == trimmed.Name
            ? copy > transaction.Stream(message.Sender).DraftTrimmed
            : message.RecipientOffset > transaction.Stream(message.Recipient).DraftTrimmed;
    }

    /// <summary>The message's places; null when somebody has taken it out of the file.</summary>
    private Places? Read(long number)
    {
        if (!readMessage.Bind(1, number).Step())
            return null;
        var message = Places.Of(readMessage);
        readMessage.Reset();
        return message;
    }

    private void Trim(StreamState stream, long offset, Places? message)
    {
        deleteEntry.Bind(1, stream.Id).Bind(2, offset).Run();
        // A stream may have given it up before, by its count.
        if (offset > stream.DraftTrimmed && message?.Recipient == stream.Name)
            conversations.Trim(stream.Id, message.Sender, message.Number, offset);
        stream.DraftTrimmed = Math.Max(stream.DraftTrimmed, offset);
        drafted.Add(stream);
    }

    /// <summary>Looks at the next keys, and drops those that are answered no more; false when they were the last.</summary>
    private bool DropOldKeys(ref (string Sender, string Id) from)
    {
        var old = new List<(string Sender, string Id)>();
        var seen = 0;
        readKeys.Bind(1, from.Sender).Bind(2, from.Id);
        for (; readKeys.Step(); seen++)
        {
            from = (readKeys.Text(0), readKeys.Text(1));
            if (times.IsOlder(times.OfKey(readKeys.NullableInt64(2), readKeys.Int64(3)), SentKeys.Lifetime))
                old.Add(from);
        }
        foreach (var (sender, id) in old)
            deleteKey.Bind(1, sender).Bind(2, id).Run();
        return seen == KeysPerStep;
    }

    private sealed record Places(long Number, string Sender, string Recipient, long? SenderOffset, long RecipientOffset)
    {
        public static Places Of(Statement row) => new(row.Int64(0), row.Text(1), row.Text(2), row.NullableInt64(3), row.Int64(4));
    }
}
