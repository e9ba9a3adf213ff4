using Chat.Server.Storage.Sqlite.Writing;
using Microsoft.Data.Sqlite;

namespace Chat.Server.Storage.Sqlite.Index;

/// <summary>Where each stream's messages are, what each conversation has come to, and what each idempotency key was answered. Belongs to the writer.</summary>
/// <remarks>New entries stay in memory. When there are enough of them they become a chunk, which is sorted and written in slices, a slice
/// with each commit: sorted, because an index page that is touched is written whole, and one that takes many entries at once costs no more
/// than one that takes a single entry; in slices, because no commit should wait for a whole chunk. A message that is neither in the
/// chunk's written part nor in memory does not exist: at start the memory is rebuilt from the messages after <c>log.indexed</c>.</remarks>
internal sealed class LogIndex : IDisposable
{
    /// <summary>Entries that make a chunk.</summary>
    private const int ChunkEntries = 65536;

    // A full batch adds two entries a message, two conversations at most, and a key: a slice must hold as many, or memory would grow with
    // every commit.
    private const int SliceEntries = 5 * WriterQueue.MaxBatch;

    private readonly StreamTable streams;
    private readonly ConversationRows conversations;
    private readonly Statement insertEntry, insertKey, findKey, setHead, setIndexed;
    private List<Entry> entries = [];
    private Dictionary<(string Sender, string Id), KeyedReceipt> keys = [];
    private long newest;
    private Chunk? chunk;
    private bool isHurried;

    public LogIndex(SqliteConnection connection, StreamTable streams)
    {
        this.streams = streams;
        conversations = new ConversationRows(connection);
        // A slice that had been written before a crash is written again.
        insertEntry = new Statement(connection, "INSERT OR REPLACE INTO entry (stream, offset, message) VALUES (?, ?, ?)");
        insertKey = new Statement(connection, "INSERT OR REPLACE INTO sent_key (sender, id, sender_offset, recipient_offset, sent_at, digest, at) VALUES (?, ?, ?, ?, ?, ?, ?)");
        findKey = new Statement(connection, "SELECT sender_offset, recipient_offset, sent_at, digest, at FROM sent_key WHERE sender = ? AND id = ?");
        setHead = new Statement(connection, "UPDATE stream SET head = max(head, ?) WHERE id = ?");
        setIndexed = new Statement(connection, "UPDATE log SET indexed = ?");
    }

    /// <summary>Number of the newest message that there are enough entries to write a chunk with; 0 when there are not.</summary>
    public long Due => IsChunkDue ? newest : chunk?.Newest ?? 0;

    /// <summary>Number of the newest message whose chunk has been written since the start.</summary>
    public long Written { get; private set; }

    private bool IsChunkDue => entries.Count >= ChunkEntries || (isHurried && entries.Count > 0);

    /// <inheritdoc cref="StreamState.Append"/>
    public void Add(StreamState stream, long offset, long number, string peer, bool isFromPeer)
    {
        stream.Append(offset, number, peer, isFromPeer);
        entries.Add(new Entry(stream.Id, offset, number));
        newest = number;
    }

    /// <summary>Lets the next commits write what there is, though it makes no full chunk.</summary>
    public void Hurry() => isHurried = entries.Count > 0;

    public void AddKey(string sender, string id, KeyedReceipt receipt) => keys[(sender, id)] = receipt;

    public KeyedReceipt? FindKey(string sender, string id)
    {
        if (keys.TryGetValue((sender, id), out var receipt) || (chunk?.Keys.TryGetValue((sender, id), out receipt) ?? false))
            return receipt;
        if (!findKey.Bind(1, sender).Bind(2, id).Step())
            return null;
        receipt = new KeyedReceipt(findKey.NullableInt64(0), findKey.Int64(1), findKey.Int64(2), findKey.NullableInt64(4), findKey.Blob(3).ToArray());
        findKey.Reset();
        return receipt;
    }

    /// <summary>Writes the next slice of the chunk, if there is one, into the open transaction.</summary>
    public void WriteSlice()
    {
        if (chunk is null && IsChunkDue)
        {
            entries.Sort();
            chunk = new Chunk(entries, [.. entries.Select(entry => entry.Stream).Distinct().SelectMany(id => streams.Get(id).Changes())], keys, newest);
            (entries, keys, isHurried) = ([], [], false);
        }
        chunk?.Draft(SliceEntries, this);
    }

    /// <summary>The slice is durable.</summary>
    public void SliceCommitted()
    {
        if (chunk is null || !chunk.Advance())
            return;
        foreach (var (stream, head) in chunk.Heads)
            streams.Get(stream).Indexed(head);
        Written = chunk.Newest;
        chunk = null;
    }

    public void Dispose()
    {
        foreach (var statement in (Statement[])[insertEntry, insertKey, findKey, setHead, setIndexed])
            statement.Dispose();
        conversations.Dispose();
    }

    private readonly record struct Entry(long Stream, long Offset, long Number) : IComparable<Entry>
    {
        public int CompareTo(Entry other) => Stream != other.Stream ? Stream.CompareTo(other.Stream) : Offset.CompareTo(other.Offset);
    }

    /// <summary>What is being written: first the entries, then the conversations (readers find in the index what those count), then the keys, then
    /// that it is all there.</summary>
    private sealed class Chunk(List<Entry> entries, List<ConversationChange> changes, Dictionary<(string Sender, string Id), KeyedReceipt> keys, long newest)
    {
        private readonly List<KeyValuePair<(string Sender, string Id), KeyedReceipt>> sortedKeys =
            [.. keys.OrderBy(key => key.Key.Sender, StringComparer.Ordinal).ThenBy(key => key.Key.Id, StringComparer.Ordinal)];
        private int written, drafted;

        public Dictionary<(string Sender, string Id), KeyedReceipt> Keys => keys;
        public long Newest => newest;

        /// <summary>The newest indexed offset of each stream in the chunk.</summary>
        public Dictionary<long, long> Heads { get; } = [];

        private int Total => entries.Count + changes.Count + sortedKeys.Count;

        public void Draft(int count, LogIndex index)
        {
            drafted = written; // what an undone transaction had drafted is drafted again
            for (; count > 0 && drafted < Total; count--, drafted++)
                if (drafted < entries.Count)
                    WriteEntry(drafted, index);
                else if (drafted - entries.Count < changes.Count)
                    index.conversations.Write(changes[drafted - entries.Count]);
                else
                    WriteKey(sortedKeys[drafted - entries.Count - changes.Count], index);
            if (drafted == Total)
                index.setIndexed.Bind(1, newest).Run();
        }

        /// <summary>Counts what was drafted as written; true when that was all.</summary>
        public bool Advance() => (written = drafted) == Total;

        private void WriteEntry(int at, LogIndex index)
        {
            var entry = entries[at];
            if (entry.Offset > index.streams.Get(entry.Stream).DraftTrimmed) // or nobody would ever remove it
                index.insertEntry.Bind(1, entry.Stream).Bind(2, entry.Offset).Bind(3, entry.Number).Run();
            if (at + 1 < entries.Count && entries[at + 1].Stream == entry.Stream)
                return;
            index.setHead.Bind(1, entry.Offset).Bind(2, entry.Stream).Run();
            Heads[entry.Stream] = entry.Offset;
        }

        private static void WriteKey(KeyValuePair<(string Sender, string Id), KeyedReceipt> key, LogIndex index) =>
            index.insertKey.Bind(1, key.Key.Sender).Bind(2, key.Key.Id).Bind(3, key.Value.SenderOffset).Bind(4, key.Value.RecipientOffset)
                .Bind(5, key.Value.SentAt).Bind(6, key.Value.Digest).Bind(7, key.Value.At).Run();
    }
}
