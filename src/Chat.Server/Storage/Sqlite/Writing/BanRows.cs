namespace Chat.Server.Storage.Sqlite.Writing;

/// <summary>Writes banned users in the transaction. Belongs to the writer.</summary>
internal sealed class BanRows(SqliteSession session, LogNumbers numbers)
{
    private readonly Statement insert = session.Prepare("INSERT OR IGNORE INTO ban (user) VALUES (?)");
    private readonly Statement delete = session.Prepare("DELETE FROM ban WHERE user = ?");

    public void Set(string user, bool banned)
    {
        numbers.CountOtherChange();
        (banned ? insert : delete).Bind(1, user).Run();
    }
}
