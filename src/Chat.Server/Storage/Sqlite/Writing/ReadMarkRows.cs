using Chat.Protocol;
using Chat.Server.Log;

namespace Chat.Server.Storage.Sqlite.Writing;

/// <summary>Writes read marks in the transaction. Belongs to the writer.</summary>
internal sealed class ReadMarkRows(SqliteSession session, MemberRows members, string epoch)
{
    private readonly Statement find = session.Prepare("SELECT offset FROM read_mark WHERE user = ? AND conversation = ?");
    private readonly Statement save = session.Prepare("INSERT OR REPLACE INTO read_mark (user, conversation, offset, sent) VALUES (?, ?, ?, ?)");
    private readonly Statement delete = session.Prepare("DELETE FROM read_mark WHERE user = ? AND conversation = ?");

    /// <param name="mark">The mark.</param>
    /// <param name="sent">The peer's messages up to the mark; in a room, the user's own.</param>
    /// <exception cref="ChatException">The user is not in the room; nothing was written.</exception>
    public ReadMarkMoved MarkRead(PendingReadMark mark, long sent)
    {
        if (mark.IsRoom && !members.Contains(mark.Conversation, mark.User))
            throw new ChatException(ChatError.Forbidden, "Only members read a room.");
        var (offset, hasMoved) = Move(mark.User, mark.Conversation, mark.Offset, sent);
        return new ReadMarkMoved(mark.User, mark.MarkAt(new Position(epoch, offset).ToString()), mark.Connection, hasMoved);
    }

    /// <summary>Moves the mark forward, never back, and returns its offset.</summary>
    public (long Offset, bool HasMoved) Move(string user, string conversation, long offset, long sent)
    {
        if (find.Bind(1, user).Bind(2, conversation).FirstInt64() is { } known && known >= offset)
            return (known, false);
        save.Bind(1, user).Bind(2, conversation).Bind(3, offset).Bind(4, sent).Run();
        return (offset, offset > 0);
    }

    public void Remove(string user, string conversation) => delete.Bind(1, user).Bind(2, conversation).Run();
}
