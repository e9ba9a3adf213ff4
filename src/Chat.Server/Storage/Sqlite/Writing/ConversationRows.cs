using Chat.Server.Storage.Sqlite.Index;
using Microsoft.Data.Sqlite;

namespace Chat.Server.Storage.Sqlite.Writing;

/// <summary>Counts messages by who sent them. Belongs to the writer.</summary>
/// <remarks>A row counts every message up to its offset and none after it, so that a message may be brought twice and counts once: memory is
/// written behind the messages and rebuilt from them after a crash, and retention may come first.</remarks>
internal sealed class ConversationRows(SqliteConnection connection) : IDisposable
{
    private readonly Statement find = new(connection, "SELECT offset, sent FROM conversation WHERE stream = ? AND peer = ?");

    private readonly Statement save = new(connection, """
        INSERT INTO conversation (stream, peer, message, offset, sent, trimmed) VALUES (?1, ?2, ?3, ?4, ?5, 0)
        ON CONFLICT DO UPDATE SET message = max(message, ?3), offset = max(offset, ?4), sent = ?5
        """);

    private readonly Statement trim = new(connection, """
        INSERT INTO conversation (stream, peer, message, offset, sent, trimmed) VALUES (?1, ?2, ?3, ?4, 1, 1)
        ON CONFLICT DO UPDATE SET message = max(message, ?3), offset = max(offset, ?4), sent = sent + (?4 > offset), trimmed = trimmed + 1
        """);

    /// <summary>Messages from the peer that are committed.</summary>
    /// <param name="stream">The stream's id.</param>
    /// <param name="peer">The sender.</param>
    /// <param name="tail">What memory holds; null for nothing.</param>
    /// <param name="upTo">The last offset of memory that counts.</param>
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

    /// <summary>The oldest message from the peer that was left is removed.</summary>
    public void Trim(long stream, string peer, long message, long offset) => trim.Bind(1, stream).Bind(2, peer).Bind(3, message).Bind(4, offset).Run();

    public void Dispose()
    {
        foreach (var statement in (Statement[])[find, save, trim])
            statement.Dispose();
    }
}

/// <summary>What has become of a conversation since it was last written, up to a certain message.</summary>
internal readonly record struct ConversationChange(long Stream, string Peer, ConversationTail Tail, long Message, long Offset);
