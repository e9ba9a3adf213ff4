using Chat.Server.Storage.Sqlite.Writing;

namespace Chat.Server.Storage.Sqlite.Retention;

/// <summary>Loads the streams that hold more than their count when the log is opened: from earlier runs, or because the count is smaller now.</summary>
internal sealed class OverfullStreams(SqliteSession session, int retentionCount)
{
    private const int RowsPerStep = 10_000;

    // Bounds memory: a sweep trims the loaded streams before the next one loads more.
    private const int MaxPerSweep = 10_000;

    private readonly Statement find = session.Prepare("SELECT name FROM stream WHERE id > ?1 AND id <= ?2 AND head - trimmed > ?3");
    private readonly Statement findLast = session.Prepare("SELECT coalesce(max(id), 0) FROM stream");
    private long seen;
    private long? last;

    /// <summary>Loads the streams, one step per transaction. The next sweep continues where this one ends.</summary>
    public IEnumerable<bool> Load(LogTransaction transaction)
    {
        if (retentionCount == 0)
            yield break;
        last ??= findLast.FirstInt64() ?? 0;
        for (var found = 0; seen < last && found < MaxPerSweep;)
        {
            var names = new List<string>();
            find.Bind(1, seen).Bind(2, seen + RowsPerStep).Bind(3, retentionCount);
            while (find.Step())
                names.Add(find.Text(0));
            foreach (var name in names)
                transaction.Streams.GetOrCreate(name);
            (seen, found) = (seen + RowsPerStep, found + names.Count);
            yield return true;
        }
    }

}
