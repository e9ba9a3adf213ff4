using Chat.Server.Messaging;
using Microsoft.Data.Sqlite;

namespace Chat.Server.Storage.Sqlite;

/// <summary>Removes what is past its age or beyond its mailbox's count. Belongs to the writer.</summary>
/// <remarks>Works in small steps, so that no commit waits for a sweep, and not while the index is being written, so that no entry is written
/// for a message that is gone. What remains of a stream is always contiguous, and its <c>trimmed</c> offset outlives its messages.</remarks>
internal sealed class Retention : IDisposable
{
    private const int RowsPerStep = 500;
    private const int KeysPerStep = 2000;

    private readonly MessagingOptions options;
    private readonly StreamTable streams;
    private readonly TimeProvider time;
    private readonly Statement readOldest, readStream, readMessage, readKeys, deleteMessage, deleteEntry, deleteKey, trimStream, setLastNumber;
    private readonly Dictionary<StreamState, long> drafted = [];
    private (string Sender, string Id) nextKey = ("", "");

    public Retention(SqliteConnection connection, StreamTable streams, MessagingOptions options, TimeProvider time)
    {
        (this.streams, this.options, this.time) = (streams, options, time);
        const string places = "number, sender, recipient, sender_offset, recipient_offset";
        readOldest = new Statement(connection, $"SELECT {places}, sent_at FROM message ORDER BY number LIMIT {RowsPerStep}");
        readStream = new Statement(connection, $"SELECT message, offset FROM entry WHERE stream = ? AND offset <= ? ORDER BY offset LIMIT {RowsPerStep}");
        readMessage = new Statement(connection, $"SELECT {places} FROM message WHERE number = ?");
        readKeys = new Statement(connection, $"SELECT sender, id, sent_at FROM sent_key WHERE (sender, id) > (?, ?) ORDER BY sender, id LIMIT {KeysPerStep}");
        deleteMessage = new Statement(connection, "DELETE FROM message WHERE number = ?");
        deleteEntry = new Statement(connection, "DELETE FROM entry WHERE stream = ? AND offset = ?");
        deleteKey = new Statement(connection, "DELETE FROM sent_key WHERE sender = ? AND id = ?");
        trimStream = new Statement(connection, "UPDATE stream SET trimmed = max(trimmed, ?1), head = max(head, ?1) WHERE id = ?2");
        setLastNumber = new Statement(connection, "UPDATE log SET last_number = max(last_number, ?)");
    }

    /// <summary>Does one step inside the open transaction; true when another one would find more.</summary>
    public bool Step(LogTransaction transaction)
    {
        if (transaction.Index.IsWriting)
            return false;
        var more = TrimByAge(transaction) | TrimByCount(transaction);
        foreach (var (stream, upTo) in drafted)
            trimStream.Bind(1, upTo).Bind(2, stream.Id).Run();
        if (drafted.Count > 0)
            setLastNumber.Bind(1, transaction.LastNumber).Run(); // should the newest message be among what was removed
        DropOldKeys();
        return more;
    }

    /// <summary>What was done is durable: readers may know. Several steps may have been part of one commit.</summary>
    public void Committed()
    {
        foreach (var (stream, upTo) in drafted)
            stream.Trim(upTo);
        drafted.Clear();
    }

    /// <summary>What was done has been undone.</summary>
    public void Undone() => drafted.Clear();

    public void Dispose()
    {
        foreach (var statement in (Statement[])[readOldest, readStream, readMessage, readKeys, deleteMessage, deleteEntry, deleteKey, trimStream, setLastNumber])
            statement.Dispose();
    }

    private bool TrimByAge(LogTransaction transaction)
    {
        if (options.RetentionDays == 0)
            return false;
        var cutoff = time.GetUtcNow().AddDays(-options.RetentionDays).ToUnixTimeMilliseconds();
        var aged = new List<Places>();
        while (readOldest.Step())
        {
            if (readOldest.Int64(5) >= cutoff || readOldest.Int64(0) > transaction.LastNumber)
            {
                readOldest.Reset();
                break;
            }
            aged.Add(Places.Of(readOldest));
        }
        foreach (var message in aged)
        {
            Trim(transaction.Stream(message.Recipient), message.RecipientOffset);
            if (message.SenderOffset is { } copy)
                Trim(transaction.Stream(message.Sender), copy);
            deleteMessage.Bind(1, message.Number).Run();
        }
        return aged.Count == RowsPerStep;
    }

    private bool TrimByCount(LogTransaction transaction)
    {
        if (options.RetentionCount == 0)
            return false;
        foreach (var stream in streams.All)
        {
            var bounds = stream.Bounds;
            var upTo = Math.Min(bounds.Head - options.RetentionCount, stream.IndexedHead);
            if (upTo <= Trimmed(stream))
                continue;
            var entries = new List<(long Message, long Offset)>();
            readStream.Bind(1, stream.Id).Bind(2, upTo);
            while (readStream.Step())
                entries.Add((readStream.Int64(0), readStream.Int64(1)));
            foreach (var (message, offset) in entries)
            {
                Trim(stream, offset);
                if (!IsKeptElsewhere(transaction, message, stream))
                    deleteMessage.Bind(1, message).Run();
            }
            if (entries.Count > 0)
                return true; // one stream a step
        }
        return false;
    }

    /// <summary>Whether the other mailbox that holds the message still wants it.</summary>
    private bool IsKeptElsewhere(LogTransaction transaction, long number, StreamState trimmed)
    {
        if (!readMessage.Bind(1, number).Step())
            return false;
        var message = Places.Of(readMessage);
        readMessage.Reset();
        if (message.SenderOffset is not { } copy)
            return false;
        return message.Recipient == trimmed.Name
            ? copy > Trimmed(transaction.Stream(message.Sender))
            : message.RecipientOffset > Trimmed(transaction.Stream(message.Recipient));
    }

    private void Trim(StreamState stream, long offset)
    {
        deleteEntry.Bind(1, stream.Id).Bind(2, offset).Run();
        drafted[stream] = Math.Max(Trimmed(stream), offset);
    }

    private long Trimmed(StreamState stream) => drafted.TryGetValue(stream, out var upTo) ? upTo : stream.Bounds.Trimmed;

    private void DropOldKeys()
    {
        var cutoff = (time.GetUtcNow() - LogTransaction.KeyLifetime).ToUnixTimeMilliseconds();
        var old = new List<(string Sender, string Id)>();
        var seen = 0;
        readKeys.Bind(1, nextKey.Sender).Bind(2, nextKey.Id);
        while (readKeys.Step())
        {
            nextKey = (readKeys.Text(0), readKeys.Text(1));
            if (readKeys.Int64(2) < cutoff)
                old.Add(nextKey);
            seen++;
        }
        if (seen < KeysPerStep)
            nextKey = ("", ""); // the next step begins again
        foreach (var (sender, id) in old)
            deleteKey.Bind(1, sender).Bind(2, id).Run();
    }

    private readonly record struct Places(long Number, string Sender, string Recipient, long? SenderOffset, long RecipientOffset)
    {
        public static Places Of(Statement row) => new(row.Int64(0), row.Text(1), row.Text(2), row.NullableInt64(3), row.Int64(4));
    }
}

/// <summary>A step of retention on its way to the writer, followed by the next one while there is more to remove.</summary>
internal sealed class RetentionStep(Retention retention, WriterQueue queue) : WriterWork
{
    private bool more;

    public override void Apply(LogTransaction transaction) => more = retention.Step(transaction);

    public override void Committed()
    {
        retention.Committed();
        if (!more)
            return;
        try
        {
            queue.Add(new RetentionStep(retention, queue));
        }
        catch (LogUnavailableException)
        {
            // The next sweep goes on.
        }
    }

    public override void Failed(Exception reason) => retention.Undone();
}
