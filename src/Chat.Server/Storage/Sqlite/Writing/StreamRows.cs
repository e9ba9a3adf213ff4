using Chat.Server.Storage.Sqlite.Index;

namespace Chat.Server.Storage.Sqlite.Writing;

/// <summary>Finds and creates streams in the transaction. Belongs to the writer.</summary>
internal sealed class StreamRows
{
    private readonly StreamTable table;
    private readonly StreamQueries rows;
    private readonly Statement insert;
    private readonly List<StreamState> created = [];
    private long nextId;

    public StreamRows(SqliteSession session, StreamTable table)
    {
        this.table = table;
        rows = new StreamQueries(session);
        insert = session.Prepare("INSERT INTO stream (id, name, head, trimmed) VALUES (?, ?, 0, 0)");
        nextId = session.QueryInt64("SELECT coalesce(max(id), 0) FROM stream") + 1;
    }

    /// <summary>Finds a stream that has a row. After a rollback the table may hold one without.</summary>
    public StreamState? Find(string name) => table.Use(name) is { } known ? known.HasRow ? known : null : rows.Find(name);

    /// <summary>Returns the stream, which then is in the table and has a row.</summary>
    public StreamState GetOrCreate(string name)
    {
        var stream = table.Use(name) ?? table.Add(rows.Find(name) ?? new StreamState(nextId++, name, 0, 0));
        if (!stream.HasRow)
        {
            insert.Bind(1, stream.Id).Bind(2, name).Run();
            stream.HasRow = true;
            created.Add(stream);
        }
        return stream;
    }

    public void MarkCommitted() => created.Clear();

    public void DiscardUncommitted()
    {
        foreach (var stream in created)
            stream.HasRow = false;
        created.Clear();
    }
}
