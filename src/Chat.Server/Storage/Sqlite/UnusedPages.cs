using System.Diagnostics;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Chat.Server.Storage.Sqlite;

/// <summary>Gives the file's unused pages back to the disk, a slice at a time, while nothing else waits for the writer.</summary>
/// <remarks>Some stay: appends use them soon, and a page that is given back must be asked for again. Times here are the machine's own, because they
/// bound real work.</remarks>
internal sealed class UnusedPages : WriterWork, IDisposable
{
    // A slice with its commit: a message that comes meanwhile waits no longer.
    private static readonly TimeSpan MaxSlice = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan MinMoving = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan MaxMoving = TimeSpan.FromMilliseconds(10);

    // The writer rests three times as long as a slice took: most messages meet none.
    private const int RestFactor = 3;

    // 4 MiB, or an eighth of what is in use.
    private const long LeastKept = 1024;
    private const long KeptShare = 8;

    private readonly SqliteConnection connection;
    private readonly WriterQueue queue;
    private readonly Func<bool> isHeld;
    private readonly Statement count, vacuum;
    private readonly Timer next;
    private TimeSpan commit;
    private long began, moved;
    private bool running, more, hasMoved;

    /// <param name="connection">The writer's.</param>
    /// <param name="queue">What waits for the writer.</param>
    /// <param name="isHeld">Whether a backup reads the file: then the write-ahead log would grow by every page that is moved.</param>
    public UnusedPages(SqliteConnection connection, WriterQueue queue, Func<bool> isHeld)
    {
        (this.connection, this.queue, this.isHeld) = (connection, queue, isHeld);
        count = new Statement(connection, "SELECT freelist_count, page_count FROM pragma_freelist_count, pragma_page_count");
        vacuum = new Statement(connection, "PRAGMA incremental_vacuum"); // a page a step
        next = new Timer(_ => queue.AddWhenIdle(this));
    }

    public override int Bytes => 0;

    /// <summary>Begins, unless it has begun. For the writer alone.</summary>
    public void Start()
    {
        if (running)
            return;
        (running, hasMoved) = (true, false);
        queue.AddWhenIdle(this);
    }

    public override void Committed()
    {
        var slice = Stopwatch.GetElapsedTime(began);
        commit = Stopwatch.GetElapsedTime(moved);
        running = more;
        if (more)
            next.Change(slice * RestFactor, Timeout.InfiniteTimeSpan);
        else if (hasMoved)
            Checkpoint();
    }

    public override void Failed(Exception reason) => running = false; // the next sweep begins again

    /// <summary>Is called when the writer has ended.</summary>
    public void Dispose()
    {
        next.Dispose();
        count.Dispose();
        vacuum.Dispose();
    }

    protected override void Change(LogTransaction transaction)
    {
        began = Stopwatch.GetTimestamp();
        var excess = isHeld() ? 0 : Excess();
        more = excess > 0;
        // The commit writes a slice of the index as well: enough for once.
        if (more && transaction.Index.Due == 0)
        {
            hasMoved = true;
            var limit = TimeSpan.FromTicks(Math.Clamp((MaxSlice - commit).Ticks, MinMoving.Ticks, MaxMoving.Ticks));
            while (more && Stopwatch.GetElapsedTime(began) < limit)
                more = vacuum.Step() && --excess > 0;
            vacuum.Reset();
        }
        moved = Stopwatch.GetTimestamp();
    }

    /// <summary>Pages beyond those that are kept.</summary>
    private long Excess()
    {
        count.Step();
        var (unused, all) = (count.Int64(0), count.Int64(1));
        count.Reset();
        return unused - Math.Max(LeastKept, (all - unused) / KeptShare);
    }

    // The file ends where it should only after a checkpoint, and nobody may write for long.
    private void Checkpoint()
    {
        try
        {
            SqliteFile.Execute(connection, "PRAGMA wal_checkpoint(PASSIVE)");
        }
        catch (SqliteException e) when (e.SqliteErrorCode is raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_FULL)
        {
            // a later commit does it
        }
    }
}
