namespace Chat.Server.Storage.Sqlite.Index;

/// <summary>Reads rows of streams.</summary>
internal sealed class StreamQueries(SqliteSession session)
{
    private readonly Statement find = session.Prepare("SELECT id, head, trimmed FROM stream WHERE name = ?");

    /// <summary>Returns the stream as its row describes it; null if there is no row.</summary>
    public StreamState? Find(string name)
    {
        if (!find.Bind(1, name).Step())
            return null;
        var stream = new StreamState(find.Int64(0), name, find.Int64(1), find.Int64(2)) { HasRow = true };
        find.Reset();
        return stream;
    }
}
