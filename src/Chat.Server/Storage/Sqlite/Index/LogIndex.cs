using Chat.Server.Storage.Sqlite.Writing;

namespace Chat.Server.Storage.Sqlite.Index;

/// <summary>Maps streams to messages, counts conversations and finds idempotency keys. Belongs to the writer.</summary>
/// <remarks>New entries stay in memory. Enough of them become a chunk, which is sorted and written in slices, one slice a commit. The chunk is sorted
/// because SQLite writes each changed page whole, whether one entry or many are new. It is written in slices because no commit should wait for a whole
/// chunk. Every message is in memory or in the written part of the chunk: at start, memory is rebuilt from the messages after <c>log.indexed</c>.</remarks>
internal sealed class LogIndex
{
    /// <summary>Entries that make a chunk.</summary>
    public const int ChunkEntries = 65_536;

    /// <summary>Most entries of a message: the recipient's and the sender's.</summary>
    public const int EntriesPerMessage = 2;

    // A list that a start or an overload has made larger is not kept. Lists grow by doubling.
    private const int MaxSpareEntries = 2 * ChunkEntries;

    private const int ConversationsPerMessage = 2;
    private const int KeysPerMessage = 1;

    // A slice takes more than its commit adds at most. Otherwise each chunk would be larger than the last.
    private const int SliceRowsPerMessage = EntriesPerMessage + ConversationsPerMessage + KeysPerMessage + 1;

    // A commit of few messages writes about two pages of entries: fewer rows would write the same page several times.
    private const int LeastSliceRows = 500;

    private readonly StreamTable streams;
    private readonly ConversationRows conversations;
    private readonly Statement insertEntry, insertKey, findKey, setHead, setIndexed;
    private List<Entry> entries = [], spareEntries = [];
    private Dictionary<(string Sender, string Id), KeyedReceipt> keys = [];
    private long newest;
    private Chunk? chunk;
    private bool isHurried;

    public LogIndex(SqliteSession session, StreamTable streams, ConversationRows conversations)
    {
        (this.streams, this.conversations) = (streams, conversations);
        // After a crash the server writes some slices again.
        insertEntry = session.Prepare("INSERT OR REPLACE INTO entry (stream, offset, message) VALUES (?, ?, ?)");
        insertKey = session.Prepare("""
            INSERT OR REPLACE INTO sent_key (sender, id, sender_offset, recipient_offset, sent_at, digest, at) VALUES (?, ?, ?, ?, ?, ?, ?)
            """);
        findKey = session.Prepare("SELECT sender_offset, recipient_offset, sent_at, digest, at FROM sent_key WHERE sender = ? AND id = ?");
        setHead = session.Prepare("UPDATE stream SET head = max(head, ?) WHERE id = ?");
        setIndexed = session.Prepare("UPDATE log SET indexed = ?");
    }

    /// <summary>Number of the newest message that the due or current chunk holds; 0 if there is no chunk.</summary>
    public long Due => IsChunkDue ? newest : chunk?.Newest ?? 0;

    /// <summary>Number of the newest message in the chunks written since the start.</summary>
    public long Written { get; private set; }

    private bool IsChunkDue => entries.Count >= ChunkEntries || (isHurried && entries.Count > 0);

    /// <inheritdoc cref="StreamState.Append"/>
    public void Add(StreamState stream, long offset, long number, string peer, bool isFromPeer)
    {
        stream.Append(offset, number, peer, isFromPeer);
        entries.Add(new Entry(stream.Id, offset, number));
        newest = number;
    }

    /// <summary>Makes a chunk of all entries with the next commit, even if they are few.</summary>
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

    /// <summary>Writes the next slice of the chunk, if any, in the open transaction.</summary>
    /// <param name="messages">Messages that the transaction appends. The work of a commit grows with them, so that none takes much longer than others.</param>
    public void WriteSlice(int messages)
    {
        if (chunk is null && IsChunkDue)
        {
            entries.Sort();
            chunk = new Chunk(entries, [.. entries.Select(entry => entry.Stream).Distinct().SelectMany(id => streams.Get(id).Changes())], keys, newest);
            // Two lists take turns: a new one for each chunk would grow on the large object heap.
            (entries, spareEntries, keys, isHurried) = (spareEntries, entries, [], false);
        }
        chunk?.WriteNext(Math.Max(LeastSliceRows, SliceRowsPerMessage * messages), this);
    }

    /// <summary>Advances past the slice that was committed.</summary>
    public void MarkSliceWritten()
    {
        if (chunk is null || !chunk.Advance())
            return;
        foreach (var (stream, head) in chunk.Heads)
            streams.Get(stream).DropIndexed(head);
        Written = chunk.Newest;
        chunk = null;
        if (spareEntries.Capacity > MaxSpareEntries)
            spareEntries = [];
        else
            spareEntries.Clear();
    }

    private readonly record struct Entry(long Stream, long Offset, long Number) : IComparable<Entry>
    {
        public int CompareTo(Entry other) => Stream != other.Stream ? Stream.CompareTo(other.Stream) : Offset.CompareTo(other.Offset);
    }

    /// <summary>A chunk being written: entries, then conversations (a query reads the entries that a conversation counts), then keys, then
    /// <c>log.indexed</c>.</summary>
    private sealed class Chunk(List<Entry> entries, List<ConversationChange> changes, Dictionary<(string Sender, string Id), KeyedReceipt> keys, long newest)
    {
        private readonly List<KeyValuePair<(string Sender, string Id), KeyedReceipt>> sortedKeys =
            [.. keys.OrderBy(key => key.Key.Sender, StringComparer.Ordinal).ThenBy(key => key.Key.Id, StringComparer.Ordinal)];
        private int committed, written;

        public Dictionary<(string Sender, string Id), KeyedReceipt> Keys => keys;
        public long Newest => newest;

        /// <summary>The newest indexed offset of each stream in the chunk.</summary>
        public Dictionary<long, long> Heads { get; } = [];

        private int Total => entries.Count + changes.Count + sortedKeys.Count;

        public void WriteNext(int count, LogIndex index)
        {
            written = committed; // after a rollback the slice is written again
            for (; count > 0 && written < Total; count--, written++)
                if (written < entries.Count)
                    WriteEntry(written, index);
                else if (written - entries.Count < changes.Count)
                    index.conversations.Write(changes[written - entries.Count]);
                else
                    WriteKey(sortedKeys[written - entries.Count - changes.Count], index);
            if (written == Total)
                index.setIndexed.Bind(1, newest).Run();
        }

        /// <summary>Advances past the committed slice; returns whether it was the last.</summary>
        public bool Advance() => (committed = written) == Total;

        private void WriteEntry(int at, LogIndex index)
        {
            var entry = entries[at];
            if (entry.Offset > index.streams.Get(entry.Stream).UncommittedTrimmed) // retention never returns to trimmed entries
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
