using Chat.Server.Log;
using Microsoft.Data.Sqlite;

namespace Chat.Server.Storage.Sqlite.Reading;

/// <summary>Who is in which room, as far as it is durable.</summary>
internal sealed class MemberReader(SqliteConnection connection) : IDisposable
{
    private readonly Statement isMember = new(connection, "SELECT 1 FROM member WHERE room = ? AND user = ?");
    private readonly Statement members = new(connection, "SELECT user FROM member WHERE room = ? ORDER BY user");
    private readonly Statement rooms = new(connection, """
        SELECT m.room, coalesce(c.offset, 0) FROM member m LEFT JOIN confirmed c ON c.user = m.user AND c.stream = m.room
        WHERE m.user = ? ORDER BY m.room
        """);

    public bool IsMember(string user, string room)
    {
        if (!isMember.Bind(1, room).Bind(2, user).Step())
            return false;
        isMember.Reset();
        return true;
    }

    public List<string> Members(string room)
    {
        var found = new List<string>();
        members.Bind(1, room);
        while (members.Step())
            found.Add(members.Text(0));
        return found;
    }

    public List<Confirmation> Rooms(string user)
    {
        var found = new List<Confirmation>();
        rooms.Bind(1, user);
        while (rooms.Step())
            found.Add(new Confirmation(user, rooms.Text(0), rooms.Int64(1)));
        return found;
    }

    public void Dispose()
    {
        foreach (var statement in (Statement[])[isMember, members, rooms])
            statement.Dispose();
    }
}
