using Microsoft.Data.Sqlite;

namespace Chat.Server.Storage.Sqlite.Writing;

/// <summary>Who is banned. Belongs to the writer.</summary>
internal sealed class BanRows(SqliteConnection connection) : IDisposable
{
    private readonly Statement insert = new(connection, "INSERT OR IGNORE INTO ban (user) VALUES (?)");
    private readonly Statement delete = new(connection, "DELETE FROM ban WHERE user = ?");

    public void Set(string user, bool banned) => (banned ? insert : delete).Bind(1, user).Run();

    public void Dispose()
    {
        insert.Dispose();
        delete.Dispose();
    }
}
