using Chat.Server.Messaging;

namespace Chat.Server.Storage.Sqlite;

/// <summary>What memory holds of one stream: its bounds, and the messages that the index does not hold yet.</summary>
/// <remarks>The writer changes it after a commit, readers look at it at any time; <c>Draft…</c> members belong to the writer alone.</remarks>
internal sealed class StreamState(long id, string name, long head, long trimmed)
{
    private readonly Lock gate = new();
    private readonly List<long> tail = []; // numbers of the messages at tailStart + 1, tailStart + 2, …
    private long tailStart = Math.Max(head, trimmed);
    private long head = Math.Max(head, trimmed);
    private long trimmed = trimmed;

    public long Id { get; } = id;
    public string Name { get; } = name;

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

    public void Append(long offset, long number)
    {
        lock (gate)
        {
            if (tail.Count == 0)
                tailStart = offset - 1;
            tail.Add(number);
            head = offset;
        }
    }

    /// <summary>Drops what the index holds now.</summary>
    public void Indexed(long upTo)
    {
        lock (gate)
            DropTail(upTo);
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
