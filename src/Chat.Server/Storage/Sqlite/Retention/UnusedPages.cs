using System.Diagnostics;
using Chat.Server.Storage.Sqlite.Files;
using Chat.Server.Storage.Sqlite.Writing;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Chat.Server.Storage.Sqlite.Retention;

/// <summary>Gives the file's unused pages back to the disk, a slice at a time, while nothing else waits for the writer.</summary>
/// <remarks>Some stay: appends use them soon, and a page that is given back must be asked for again. Times here are the machine's own, because they
/// bound real work.</remarks>
internal sealed class UnusedPages : WriterWork, IDisposable
{
    // A message that arrives during a slice waits for its commit. 128 pages take 1 to 5 ms on two busy cores; a slow disk makes the slices smaller.
    private static readonly TimeSpan MaxSlice = TimeSpan.FromMilliseconds(20);
    private const int MaxPages = 128;
    private const int MinPages = 16;

    // The writer rests three times as long as a slice took: most messages meet none.
    private const int RestFactor = 3;

    // Fewer than SqliteFile.CheckpointPages: the thread between two slices checkpoints the write-ahead log, and the writer rarely has to.
    private const int PagesBetweenCheckpoints = 1024;

    // 4 MiB, or an eighth of what is in use.
    private const long LeastKept = 1024;
    private const long KeptShare = 8;

    private readonly WriterQueue queue;
    private readonly Func<bool> isHeld;
    private readonly Statement count, vacuum;
    private readonly SqliteConnection checkpoints;
    private readonly Timer next;
    private int pages = MaxPages / 2;
    private int moved, sinceCheckpoint;
    private long began;
    private bool running, more;

    /// <param name="connection">The writer's.</param>
    /// <param name="file">Where the checkpoints' own connection is opened.</param>
    /// <param name="queue">What waits for the writer.</param>
    /// <param name="isHeld">Whether a backup reads the file: then the write-ahead log would grow by every page that is moved.</param>
    public UnusedPages(SqliteConnection connection, SqliteFile file, WriterQueue queue, Func<bool> isHeld)
    {
        (this.queue, this.isHeld) = (queue, isHeld);
        count = new Statement(connection, "SELECT freelist_count, page_count FROM pragma_freelist_count, pragma_page_count");
        vacuum = new Statement(connection, "PRAGMA incremental_vacuum"); // a page a step
        checkpoints = file.OpenReader();
        next = new Timer(_ => Continue());
    }

    public override int Bytes => 0;

    /// <summary>Begins, unless it has begun. For the writer alone.</summary>
    public void Start()
    {
        if (running)
            return;
        // What the sweep has written is checkpointed before the first slice.
        (running, sinceCheckpoint) = (true, PagesBetweenCheckpoints);
        queue.AddWhenIdle(this);
    }

    public override void Committed()
    {
        var slice = Stopwatch.GetElapsedTime(began);
        if (slice > MaxSlice)
            pages = Math.Max(pages / 2, MinPages);
        else if (slice < MaxSlice / 2)
            pages = Math.Min(pages * 2, MaxPages);
        sinceCheckpoint += moved;
        if (more || sinceCheckpoint > 0)
            next.Change(slice * RestFactor, Timeout.InfiniteTimeSpan);
        else
            running = false;
    }

    public override void Failed(Exception reason) => running = false; // the next sweep begins again

    /// <summary>Is called when the writer has ended.</summary>
    public void Dispose()
    {
        using (var ended = new ManualResetEvent(false))
        {
            if (next.Dispose(ended))
                ended.WaitOne();
        }
        checkpoints.Dispose();
        count.Dispose();
        vacuum.Dispose();
    }

    protected override void Change(LogTransaction transaction)
    {
        (began, moved) = (Stopwatch.GetTimestamp(), 0);
        var excess = isHeld() ? 0 : Excess();
        more = excess > 0;
        // The commit writes a slice of the index as well: enough for once.
        if (!more || transaction.Index.Due > 0 || sinceCheckpoint >= PagesBetweenCheckpoints)
            return;
        while (more && moved < pages)
        {
            more = vacuum.Step() && --excess > 0;
            moved++;
        }
        vacuum.Reset();
    }

    /// <summary>Pages beyond those that are kept.</summary>
    private long Excess()
    {
        count.Step();
        var (unused, all) = (count.Int64(0), count.Int64(1));
        count.Reset();
        return unused - Math.Max(LeastKept, (all - unused) / KeptShare);
    }

    // On a thread of the pool, while no slice runs.
    private void Continue()
    {
        if (!more || sinceCheckpoint >= PagesBetweenCheckpoints)
        {
            Checkpoint();
            sinceCheckpoint = 0;
        }
        queue.AddWhenIdle(this);
    }

    // The file ends where it should only after a checkpoint, and nobody may write for long. It takes no lock that the writer needs.
    private void Checkpoint()
    {
        try
        {
            SqliteFile.Execute(checkpoints, "PRAGMA wal_checkpoint(PASSIVE)");
        }
        catch (SqliteException e) when (e.SqliteErrorCode is raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_FULL)
        {
            // a later commit does it
        }
    }
}
