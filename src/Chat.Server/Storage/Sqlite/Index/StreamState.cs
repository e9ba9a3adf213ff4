using Chat.Server.Log;

namespace Chat.Server.Storage.Sqlite.Index;

/// <summary>A stream in memory: its bounds and its unindexed messages.</summary>
/// <remarks>The writer changes it after a commit; any thread may look at any time. <c>Uncommitted…</c> members belong to the writer alone.</remarks>
internal sealed class StreamState(long id, string name, long head, long trimmed)
{
    private readonly Lock gate = new();
    private readonly List<long> tail = []; // numbers of the messages at tailStart + 1, tailStart + 2, …
    private long tailStart = Math.Max(head, trimmed);
    private long head = Math.Max(head, trimmed);
    private long trimmed = trimmed;
    private Dictionary<string, ConversationTail>? conversations; // null for most streams
    private long newest; // number of the newest message since the stream was loaded

    public long Id { get; } = id;
    public string Name { get; } = name;

    /// <summary>Whether the writer has used the stream since the last removal of idle ones. For the writer alone.</summary>
    public bool WasUsed { get; set; } = true;

    /// <summary>Whether the stream has a row, the open transaction included. For the writer alone.</summary>
    public bool HasRow { get; set; }

    /// <summary>The head after the open transaction.</summary>
    public long UncommittedHead { get; set; } = Math.Max(head, trimmed);

    /// <summary>The trimmed offset after the open transaction.</summary>
    public long UncommittedTrimmed { get; set; } = trimmed;

    public StreamBounds Bounds
    {
        get { lock (gate) return new StreamBounds(trimmed, head); }
    }

    /// <summary>The newest offset that the index holds.</summary>
    public long IndexedHead
    {
        get { lock (gate) return tailStart; }
    }

    /// <param name="offset">The message's offset.</param>
    /// <param name="number">The message's number.</param>
    /// <param name="peer">The other user of the conversation; in a room, the sender.</param>
    /// <param name="isFromPeer">Whether the peer sent the message.</param>
    public void Append(long offset, long number, string peer, bool isFromPeer)
    {
        lock (gate)
        {
            if (tail.Count == 0)
                tailStart = offset - 1;
            tail.Add(number);
            head = offset;
            newest = number;
            conversations ??= new(StringComparer.Ordinal);
            if (!conversations.TryGetValue(peer, out var conversation))
                conversations[peer] = conversation = new ConversationTail();
            conversation.Add(offset, number, isFromPeer);
        }
    }

    /// <summary>Drops the messages that the index holds now.</summary>
    public void DropIndexed(long upTo)
    {
        lock (gate)
        {
            DropTail(upTo);
            foreach (var (peer, conversation) in conversations ?? [])
                if (conversation.Offset <= upTo)
                    conversations!.Remove(peer);
                else
                    conversation.Drop(upTo);
            if (conversations is { Count: 0 })
                conversations = null;
        }
    }

    /// <summary>Whether the row describes the stream completely, the open transaction does not change it, and retention has nothing to trim.</summary>
    /// <param name="indexed">Number of the newest message that the index in the file holds.</param>
    /// <param name="retentionCount">Messages that a stream keeps; 0 for all.</param>
    public bool IsCompleteInFile(long indexed, int retentionCount)
    {
        lock (gate)
            return newest <= indexed && tail.Count == 0 && conversations is null && UncommittedHead == head && UncommittedTrimmed == trimmed
                && (retentionCount == 0 || head - trimmed <= retentionCount);
    }

    /// <summary>Returns the conversations with unindexed messages, in the order of the peers' names. For the writer alone.</summary>
    public IEnumerable<ConversationChange> Changes() => (conversations ?? [])
        .Select(known => new ConversationChange(Id, known.Key, known.Value, known.Value.Message, known.Value.Offset))
        .OrderBy(change => change.Peer, StringComparer.Ordinal);

    /// <summary>Returns the unindexed messages of a conversation. For the writer alone.</summary>
    public ConversationTail? Conversation(string peer) => conversations?.GetValueOrDefault(peer);

    /// <summary>Copies the state at one moment.</summary>
    /// <param name="peer">The only conversation to copy; null for all.</param>
    public StreamView View(string? peer)
    {
        lock (gate)
        {
            IEnumerable<string> peers = conversations is null ? []
                : peer is null ? conversations.Keys
                : conversations.ContainsKey(peer) ? [peer] : [];
            return new StreamView(
                this, head, tail is [.., var newest] ? newest : null,
                peers.ToDictionary(known => known, known => conversations![known].Copy(), StringComparer.Ordinal));
        }
    }

    public void Trim(long upTo)
    {
        lock (gate)
        {
            trimmed = Math.Max(trimmed, upTo);
            DropTail(upTo);
        }
    }

    /// <summary>Forgets the appends of the transaction that was rolled back.</summary>
    public void DiscardUncommittedHead() => UncommittedHead = Bounds.Head;

    /// <summary>Returns the numbers of the unindexed messages above <paramref name="after"/> and below <paramref name="before"/>;
    /// <paramref name="first"/> is the offset of the first.</summary>
    public long[] CopyTail(long after, long before, out long first)
    {
        lock (gate)
        {
            first = Math.Max(after, tailStart) + 1;
            var count = Math.Min(before - 1, tailStart + tail.Count) - first + 1;
            return count <= 0 ? [] : [.. tail.Slice((int)(first - tailStart - 1), (int)count)];
        }
    }

    private void DropTail(long upTo)
    {
        var count = (int)Math.Clamp(upTo - tailStart, 0, tail.Count);
        tail.RemoveRange(0, count);
        tailStart += count;
    }
}

/// <summary>A stream in memory at one moment.</summary>
/// <param name="Head">Offset of the newest message.</param>
/// <param name="Newest">Number of the newest message; null if the index holds it.</param>
/// <param name="Conversations">The conversations with unindexed messages.</param>
internal sealed record StreamView(StreamState Stream, long Head, long? Newest, IReadOnlyDictionary<string, ConversationTail> Conversations);
