namespace Chat.Server.Storage.Sqlite.Index;

/// <summary>Counts messages by sender. Belongs to the writer.</summary>
/// <remarks>A row counts all messages up to its offset and none after it, so that a message that is counted twice adds only one. That happens
/// after a crash, when memory is rebuilt from the messages, and when retention comes before the index.</remarks>
internal sealed class ConversationRows(SqliteSession session)
{
    private readonly Statement find = session.Prepare("SELECT offset, sent FROM conversation WHERE stream = ? AND peer = ?");

    private readonly Statement save = session.Prepare("""
        INSERT INTO conversation (stream, peer, message, offset, sent, trimmed) VALUES (?1, ?2, ?3, ?4, ?5, 0)
        ON CONFLICT DO UPDATE SET message = max(message, ?3), offset = max(offset, ?4), sent = ?5
        """);

    private readonly Statement trim = session.Prepare("""
        INSERT INTO conversation (stream, peer, message, offset, sent, trimmed) VALUES (?1, ?2, ?3, ?4, 1, 1)
        ON CONFLICT DO UPDATE SET message = max(message, ?3), offset = max(offset, ?4), sent = sent + (?4 > offset), trimmed = trimmed + 1
        """);

    /// <summary>Counts the committed messages from the peer.</summary>
    /// <param name="stream">The stream's id.</param>
    /// <param name="peer">The sender.</param>
    /// <param name="tail">The conversation's unindexed messages; null for none.</param>
    /// <param name="upTo">The last offset of <paramref name="tail"/> that counts.</param>
    public long CountSent(long stream, string peer, ConversationTail? tail, long upTo = long.MaxValue)
    {
        var (offset, sent) = (0L, 0L);
        if (find.Bind(1, stream).Bind(2, peer).Step())
        {
            (offset, sent) = (find.Int64(0), find.Int64(1));
            find.Reset();
        }
        return sent + (tail?.CountSent(offset, upTo) ?? 0);
    }

    public void Write(ConversationChange change) =>
        save.Bind(1, change.Stream).Bind(2, change.Peer).Bind(3, change.Message).Bind(4, change.Offset)
            .Bind(5, CountSent(change.Stream, change.Peer, change.Tail, change.Offset)).Run();

    /// <summary>Counts a message from the peer as removed: the oldest that was left.</summary>
    public void Trim(long stream, string peer, long message, long offset) => trim.Bind(1, stream).Bind(2, peer).Bind(3, message).Bind(4, offset).Run();
}

/// <summary>A conversation's changes since its row was last written, up to one message.</summary>
internal readonly record struct ConversationChange(long Stream, string Peer, ConversationTail Tail, long Message, long Offset);
