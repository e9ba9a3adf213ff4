namespace Chat.Server.Storage.Sqlite.Index;

/// <summary>What memory holds of one conversation: its messages that the index does not hold yet.</summary>
/// <remarks>Offsets, and not their number: a row may count some of them already, and each counts once.</remarks>
internal sealed class ConversationTail
{
    private readonly List<long> sent; // offsets of the messages from the peer

    public ConversationTail() => sent = [];

    private ConversationTail(ConversationTail other) => (sent, Message, Offset) = ([.. other.sent], other.Message, other.Offset);

    /// <summary>Number of the newest message.</summary>
    public long Message { get; private set; }

    /// <summary>Its offset in the stream.</summary>
    public long Offset { get; private set; }

    public void Add(long offset, long number, bool isFromPeer)
    {
        (Offset, Message) = (offset, number);
        if (isFromPeer)
            sent.Add(offset);
    }

    /// <summary>Messages from the peer above one offset and up to another.</summary>
    public long CountSent(long after, long upTo = long.MaxValue) => Math.Max(0, IndexAfter(upTo) - IndexAfter(after));

    /// <summary>Forgets what the index holds now.</summary>
    public void Drop(long upTo) => sent.RemoveRange(0, IndexAfter(upTo));

    public ConversationTail Copy() => new(this);

    private int IndexAfter(long offset)
    {
        var at = sent.BinarySearch(offset);
        return at < 0 ? ~at : at + 1;
    }
}
