using Chat.Server.Storage.Sqlite.Index;

namespace Chat.Server.Storage.Sqlite.Reading;

/// <summary>A stream at one moment, without what retention has taken from it: from the file, or so far only from its readers.</summary>
/// <param name="view">What memory holds of it.</param>
/// <param name="trimmed">Offset of the last message that was removed from the file.</param>
/// <param name="retentionCount">Messages that it keeps; 0 for all.</param>
/// <param name="counts">Counts in the file.</param>
internal sealed class KeptStream(StreamView view, long trimmed, int retentionCount, ConversationReader counts)
{
    // Read only where it matters: at most what came since retention came by.
    private readonly long removed = retentionCount == 0 ? trimmed : Math.Max(trimmed, view.Head - retentionCount);
    private Func<string, long>? beyondCount;

    public string Name => view.Stream.Name;

    public long Head => view.Head;

    public bool IsEmpty => view.Head <= removed;

    public StreamView View => view;

    public ConversationCount? Find(string peer) => counts.Find(view, peer);

    /// <summary>The conversations whose newest message is kept and older than another, the newest first.</summary>
    public IEnumerable<ConversationCount> Older(long message) => counts.Older(view, message).TakeWhile(conversation => conversation.Offset > removed);

    /// <summary>Kept messages after a place.</summary>
    public long CountAfter(long offset) => Math.Max(0, view.Head - Math.Max(offset, removed));

    /// <summary>Kept messages from the peer after a place.</summary>
    /// <param name="conversation">What the stream holds of the peer.</param>
    /// <param name="place">The place.</param>
    public long CountSentAfter(ConversationCount conversation, ReadPlace place)
    {
        var left = conversation.Sent - Math.Max(place.Sent, conversation.Trimmed);
        if (left <= 0 || removed == trimmed || place.Offset >= removed)
            return Math.Max(0, left);
        beyondCount ??= counts.CountSenders(view, trimmed, removed);
        return Math.Max(0, Math.Min(left, conversation.Sent - conversation.Trimmed - beyondCount(conversation.Peer)));
    }
}

/// <summary>How far a user has read a conversation.</summary>
/// <param name="Offset">Of the last message that was read.</param>
/// <param name="Sent">Messages up to there from the person, or from the user itself in a room.</param>
internal readonly record struct ReadPlace(long Offset, long Sent);
