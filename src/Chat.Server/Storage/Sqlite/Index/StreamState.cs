using Chat.Server.Log;
using Chat.Server.Storage.Sqlite.Writing;

namespace Chat.Server.Storage.Sqlite.Index;

/// <summary>What memory holds of one stream: its bounds, and the messages that the index does not hold yet.</summary>
/// <remarks>The writer changes it after a commit, readers look at it at any time; <c>Draft…</c> members belong to the writer alone.</remarks>
internal sealed class StreamState(long id, string name, long head, long trimmed)
{
    private readonly Lock gate = new();
    private readonly List<long> tail = []; // numbers of the messages at tailStart + 1, tailStart + 2, …
    private long tailStart = Math.Max(head, trimmed);
    private long head = Math.Max(head, trimmed);
    private long trimmed = trimmed;
    private Dictionary<string, ConversationTail>? conversations; // most streams that are read have none
    private long newest;

    public long Id { get; } = id;
    public string Name { get; } = name;

    /// <summary>Whether somebody has asked for it of late.</summary>
    public bool WasAskedFor { get; set; } = true;

    /// <summary>Whether the stream has a row of its own: set when the row is written, taken back when that is rolled back.</summary>
    public bool DraftStored { get; set; }

    /// <summary>The head as the open transaction will leave it.</summary>
    public long DraftHead { get; set; } = Math.Max(head, trimmed);

    /// <summary>The trimmed offset as the open transaction will leave it.</summary>
    public long DraftTrimmed { get; set; } = trimmed;

    public StreamBounds Bounds
    {
        get { lock (gate) return new StreamBounds(trimmed, head); }
    }

    /// <summary>The offset that the index is known to reach.</summary>
    public long IndexedHead
    {
        get { lock (gate) return tailStart; }
    }

    /// <param name="offset">The message's offset.</param>
    /// <param name="number">Its number.</param>
    /// <param name="peer">Whom the conversation is with: in a room, who sent it.</param>
    /// <param name="isFromPeer">Whether the peer sent it.</param>
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

    /// <summary>Drops what the index holds now.</summary>
    public void Indexed(long upTo)
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

    /// <summary>Whether its row tells all about it, no transaction is about to change that, and retention has taken what is beyond the count.</summary>
    /// <param name="written">Number of the newest message that the index has in the file.</param>
    /// <param name="retentionCount">Messages that a stream keeps; 0 for all.</param>
    public bool IsSettled(long written, int retentionCount)
    {
        lock (gate)
            return newest <= written && tail.Count == 0 && conversations is null && DraftHead == head && DraftTrimmed == trimmed
                && (retentionCount == 0 || head - trimmed <= retentionCount);
    }

    /// <summary>What has become of its conversations since they were last written, in the order of the peers' names.</summary>
    public IEnumerable<ConversationChange> Changes() => (conversations ?? [])
        .Select(known => new ConversationChange(Id, known.Key, known.Value, known.Value.Message, known.Value.Offset))
        .OrderBy(change => change.Peer, StringComparer.Ordinal);

    /// <summary>What memory holds of a conversation, for the writer alone.</summary>
    public ConversationTail? DraftConversation(string peer) => conversations?.GetValueOrDefault(peer);

    /// <summary>What memory holds at one moment.</summary>
    /// <param name="peer">The only conversation that is asked for; null for all.</param>
    public StreamView View(string? peer)
    {
        lock (gate)
        {
            IEnumerable<string> peers = peer is null ? conversations?.Keys ?? Enumerable.Empty<string>() : conversations?.ContainsKey(peer) == true ? [peer] : [];
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

    public void DiscardDraft(bool stored)
    {
        DraftStored = stored;
        DraftHead = Bounds.Head;
    }

    /// <summary>The tail's messages above <paramref name="after"/> and below <paramref name="before"/>;
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

/// <summary>What memory holds of a stream at one moment.</summary>
/// <param name="Head">Offset of the newest message.</param>
/// <param name="Newest">Number of the newest message; null when the index holds it.</param>
/// <param name="Conversations">The conversations with messages that the index does not hold.</param>
internal sealed record StreamView(StreamState Stream, long Head, long? Newest, IReadOnlyDictionary<string, ConversationTail> Conversations);
