using Microsoft.Data.Sqlite;

namespace Chat.Server.Storage.Sqlite.Index;

/// <summary>What the file says of a stream.</summary>
internal sealed class StreamRows(SqliteConnection connection) : IDisposable
{
    private readonly Statement find = new(connection, "SELECT id, head, trimmed FROM stream WHERE name = ?");

    public StreamState? Find(string name)
    {
        if (!find.Bind(1, name).Step())
            return null;
        var stream = new StreamState(find.Int64(0), name, find.Int64(1), find.Int64(2)) { DraftStored = true };
        find.Reset();
        return stream;
    }

    public void Dispose() => find.Dispose();
}
