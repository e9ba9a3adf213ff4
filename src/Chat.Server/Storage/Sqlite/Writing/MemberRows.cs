namespace Chat.Server.Storage.Sqlite.Writing;

/// <summary>The members of rooms, as the transaction leaves them. Belongs to the writer.</summary>
internal sealed class MemberRows(SqliteSession session)
{
    private readonly Statement find = session.Prepare("SELECT 1 FROM member WHERE room = ? AND user = ?");
    private readonly Statement countRooms = session.Prepare("SELECT count(*) FROM member WHERE user = ?");
    private readonly Statement insert = session.Prepare("INSERT INTO member (room, user) VALUES (?, ?)");
    private readonly Statement delete = session.Prepare("DELETE FROM member WHERE room = ? AND user = ?");

    public bool Contains(string room, string user) => find.Bind(1, room).Bind(2, user).HasRow();

    public long CountRooms(string user) => countRooms.Bind(1, user).FirstInt64() ?? 0;

    public void Add(string room, string user) => insert.Bind(1, room).Bind(2, user).Run();

    public void Remove(string room, string user) => delete.Bind(1, room).Bind(2, user).Run();
}
