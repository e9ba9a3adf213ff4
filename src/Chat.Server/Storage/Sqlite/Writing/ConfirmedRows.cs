using Chat.Server.Log;

namespace Chat.Server.Storage.Sqlite.Writing;

/// <summary>Writes confirmed offsets in the transaction. Belongs to the writer.</summary>
internal sealed class ConfirmedRows(SqliteSession session)
{
    private readonly Statement move = session.Prepare("""
        INSERT INTO confirmed (user, stream, offset) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET offset = max(offset, excluded.offset)
        """);

    private readonly Statement delete = session.Prepare("DELETE FROM confirmed WHERE user = ? AND stream = ?");

    /// <summary>Moves the offset forward, never back.</summary>
    public void Move(Confirmation confirmation) => move.Bind(1, confirmation.User).Bind(2, confirmation.Stream).Bind(3, confirmation.Offset).Run();

    public void Remove(string user, string stream) => delete.Bind(1, user).Bind(2, stream).Run();
}
