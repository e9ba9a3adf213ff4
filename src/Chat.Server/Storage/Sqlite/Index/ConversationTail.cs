namespace Chat.Server.Storage.Sqlite.Index;

/// <summary>The unindexed messages of one conversation.</summary>
/// <remarks>It keeps offsets instead of a count: a row may already count some of these messages, and each counts once.</remarks>
internal sealed class ConversationTail
{
    private readonly List<long> sent; // offsets of the messages from the peer

    public ConversationTail() => sent = [];

    private ConversationTail(ConversationTail other) => (sent, Message, Offset) = ([.. other.sent], other.Message, other.Offset);

    /// <summary>Number of the newest message.</summary>
    public long Message { get; private set; }

    /// <summary>Offset of the newest message in the stream.</summary>
    public long Offset { get; private set; }

    public void Add(long offset, long number, bool isFromPeer)
    {
        (Offset, Message) = (offset, number);
        if (isFromPeer)
            sent.Add(offset);
    }

    /// <summary>Counts the peer's messages above one offset and up to another.</summary>
    public long CountSent(long after, long upTo = long.MaxValue) => Math.Max(0, IndexAfter(upTo) - IndexAfter(after));

    /// <summary>Drops messages that the index holds.</summary>
    public void Drop(long upTo) => sent.RemoveRange(0, IndexAfter(upTo));

    public ConversationTail Copy() => new(this);

    private int IndexAfter(long offset)
    {
        var at = sent.BinarySearch(offset);
        return at < 0 ? ~at : at + 1;
    }
}
