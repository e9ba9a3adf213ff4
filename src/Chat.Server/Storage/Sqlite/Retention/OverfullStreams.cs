using Chat.Server.Storage.Sqlite.Writing;
using Microsoft.Data.Sqlite;

namespace Chat.Server.Storage.Sqlite.Retention;

/// <summary>Finds the streams that hold more than their count when the log is opened: of earlier runs, or because the count is smaller now. Memory
/// knows only streams that were asked for.</summary>
internal sealed class OverfullStreams(SqliteConnection connection, int retentionCount) : IDisposable
{
    private const int RowsPerStep = 10_000;

    // So that those which memory comes to know are trimmed and forgotten in between.
    private const int MaxPerSweep = 10_000;

    private readonly Statement find = new(connection, "SELECT name FROM stream WHERE id > ?1 AND id <= ?2 AND head - trimmed > ?3");
    private readonly Statement findLast = new(connection, "SELECT coalesce(max(id), 0) FROM stream");
    private long seen;
    private long? last;

    /// <summary>Makes them known, a step of the writer at a time; the next sweep goes on where this one ends.</summary>
    public IEnumerable<bool> Load(LogTransaction transaction)
    {
        if (retentionCount == 0)
            yield break;
        last ??= Last();
        for (var found = 0; seen < last && found < MaxPerSweep;)
        {
            var names = new List<string>();
            find.Bind(1, seen).Bind(2, seen + RowsPerStep).Bind(3, retentionCount);
            while (find.Step())
                names.Add(find.Text(0));
            foreach (var name in names)
                transaction.Stream(name);
            (seen, found) = (seen + RowsPerStep, found + names.Count);
            yield return true;
        }
    }

    public void Dispose()
    {
        find.Dispose();
        findLast.Dispose();
    }

    private long Last()
    {
        findLast.Step();
        var newest = findLast.Int64(0);
        findLast.Reset();
        return newest;
    }
}
