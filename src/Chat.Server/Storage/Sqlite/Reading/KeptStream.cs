using Chat.Server.Storage.Sqlite.Index;

namespace Chat.Server.Storage.Sqlite.Reading;

/// <summary>The kept messages of a stream at one moment: those that retention has neither removed nor hidden.</summary>
/// <param name="view">The stream in memory.</param>
/// <param name="trimmed">Offset of the last message that was removed from the file.</param>
/// <param name="retentionCount">Messages that the stream keeps; 0 for all.</param>
/// <param name="counts">Counts the messages.</param>
internal sealed class KeptStream(StreamView view, long trimmed, int retentionCount, ConversationQueries counts)
{
    // Messages beyond the count are hidden at once, and removed by the next sweep.
    private readonly long removed = retentionCount == 0 ? trimmed : Math.Max(trimmed, view.Head - retentionCount);
    private Func<string, long>? hiddenBySender; // read on demand: at most the messages since the last sweep

    public string Name => view.Stream.Name;

    public long Head => view.Head;

    public bool IsEmpty => view.Head <= removed;

    public StreamView View => view;

    public ConversationCount? Find(string peer) => counts.Find(view, peer);

    /// <summary>Returns the conversations whose newest message is kept and older than a given one, newest first.</summary>
    public IEnumerable<ConversationCount> Older(long message) => counts.Older(view, message).TakeWhile(conversation => conversation.Offset > removed);

    /// <summary>Counts the kept messages after an offset.</summary>
    public long CountAfter(long offset) => Math.Max(0, view.Head - Math.Max(offset, removed));

    /// <summary>Counts the kept messages from the peer after the user's read mark.</summary>
    public long CountSentAfter(ConversationCount conversation, StoredReadMark read)
    {
        var left = conversation.Sent - Math.Max(read.Sent, conversation.Trimmed);
        if (left <= 0 || removed == trimmed || read.Offset >= removed)
            return Math.Max(0, left);
        hiddenBySender ??= counts.CountSenders(view, trimmed, removed);
        return Math.Max(0, Math.Min(left, conversation.Sent - conversation.Trimmed - hiddenBySender(conversation.Peer)));
    }
}

/// <summary>A user's read mark in a conversation.</summary>
/// <param name="Offset">Offset of the last message that the user has read.</param>
/// <param name="Sent">The peer's messages up to that offset; in a room, the user's own.</param>
internal readonly record struct StoredReadMark(long Offset, long Sent);
