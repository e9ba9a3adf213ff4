using Microsoft.Data.Sqlite;

namespace Chat.Server.Storage.Sqlite.Writing;

/// <summary>How far users have read. Belongs to the writer.</summary>
internal sealed class ReadMarkRows(SqliteConnection connection) : IDisposable
{
    private readonly Statement find = new(connection, "SELECT offset FROM read_mark WHERE user = ? AND conversation = ?");
    private readonly Statement save = new(connection, "INSERT OR REPLACE INTO read_mark (user, conversation, offset, sent) VALUES (?, ?, ?, ?)");
    private readonly Statement delete = new(connection, "DELETE FROM read_mark WHERE user = ? AND conversation = ?");

    /// <summary>Moves the mark forward, and returns where it stands.</summary>
    /// <param name="user">The user.</param>
    /// <param name="conversation">A person or a room.</param>
    /// <param name="offset">Up to where the user has read.</param>
    /// <param name="sent">Messages up to there from the person, or from the user itself in a room.</param>
    public (long Offset, bool HasMoved) Move(string user, string conversation, long offset, long sent)
    {
        if (find.Bind(1, user).Bind(2, conversation).Step())
        {
            var known = find.Int64(0);
            find.Reset();
            if (known >= offset)
                return (known, false);
        }
        save.Bind(1, user).Bind(2, conversation).Bind(3, offset).Bind(4, sent).Run();
        return (offset, offset > 0);
    }

    public void Remove(string user, string conversation) => delete.Bind(1, user).Bind(2, conversation).Run();

    public void Dispose()
    {
        foreach (var statement in (Statement[])[find, save, delete])
            statement.Dispose();
    }
}
