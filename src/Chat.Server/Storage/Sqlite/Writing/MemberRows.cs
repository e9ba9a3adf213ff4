using Microsoft.Data.Sqlite;

namespace Chat.Server.Storage.Sqlite.Writing;

/// <summary>Who is in which room. Belongs to the writer, and so sees what the open transaction has changed.</summary>
internal sealed class MemberRows(SqliteConnection connection) : IDisposable
{
    private readonly Statement find = new(connection, "SELECT 1 FROM member WHERE room = ? AND user = ?");
    private readonly Statement countRooms = new(connection, "SELECT count(*) FROM member WHERE user = ?");
    private readonly Statement insert = new(connection, "INSERT INTO member (room, user) VALUES (?, ?)");
    private readonly Statement delete = new(connection, "DELETE FROM member WHERE room = ? AND user = ?");
    private readonly Statement forget = new(connection, "DELETE FROM confirmed WHERE stream = ? AND user = ?");

    public bool Contains(string room, string user)
    {
        if (!find.Bind(1, room).Bind(2, user).Step())
            return false;
        find.Reset();
        return true;
    }

    public int CountRooms(string user)
    {
        countRooms.Bind(1, user).Step();
        var count = (int)countRooms.Int64(0);
        countRooms.Reset();
        return count;
    }

    public void Add(string room, string user) => insert.Bind(1, room).Bind(2, user).Run();

    /// <summary>Removes the member, and how far it had confirmed the room.</summary>
    public void Remove(string room, string user)
    {
        delete.Bind(1, room).Bind(2, user).Run();
        forget.Bind(1, room).Bind(2, user).Run();
    }

    public void Dispose()
    {
        foreach (var statement in (Statement[])[find, countRooms, insert, delete, forget])
            statement.Dispose();
    }
}
