using Chat.Server.Log;

namespace Chat.Server.Storage.Sqlite.Reading;

/// <summary>Reads the durable members of rooms.</summary>
internal sealed class MemberQueries(SqliteSession session)
{
    private readonly Statement isMember = session.Prepare("SELECT 1 FROM member WHERE room = ? AND user = ?");
    private readonly Statement members = session.Prepare("SELECT user FROM member WHERE room = ? ORDER BY user");
    private readonly Statement rooms = session.Prepare("""
        SELECT m.room, coalesce(c.offset, 0) FROM member m LEFT JOIN confirmed c ON c.user = m.user AND c.stream = m.room
        WHERE m.user = ? ORDER BY m.room
        """);

    public bool IsMember(string user, string room) => isMember.Bind(1, room).Bind(2, user).HasRow();

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
}
