using System.Diagnostics;
using Chat.Server.Storage.Sqlite.Files;
using Chat.Server.Storage.Sqlite.Writing;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Chat.Server.Storage.Sqlite.Retention;

/// <summary>Returns the file's unused pages to the disk, a slice at a time, while no other work waits for the writer.</summary>
/// <remarks>It keeps some pages, which the next appends use. Times are the machine's, because they bound real work.</remarks>
internal sealed class UnusedPages : WriterWork, IDisposable
{
    // A message that arrives during a slice waits for its commit. 128 pages take 1 to 5 ms on two busy cores; on a slow disk the slices shrink.
    private static readonly TimeSpan MaxSlice = TimeSpan.FromMilliseconds(20);
    private const int MaxPages = 128;
    private const int MinPages = 16;

    // The writer pauses three times as long as a slice took, so that most messages meet no slice.
    private const int RestFactor = 3;

    // Below the writer's own limit, so that a pool thread checkpoints the write-ahead log between two slices, and the writer rarely does.
    private const int PagesBetweenCheckpoints = SqliteFile.CheckpointPages / 4;

    // Keeps 4 MiB, or an eighth of the pages in use.
    private const long LeastKeptPages = 1024;
    private const long KeptShare = 8;

    private readonly WriterQueue queue;
    private readonly Func<bool> isBackupRunning;
    private readonly Statement count, vacuum;
    private readonly SqliteSession checkpoints;
    private readonly Timer next;
    private int pages = MaxPages / 2;
    private int moved, sinceCheckpoint;
    private long began;
    private bool running, more;
    private SqliteException? checkpointFailure;

    /// <param name="session">The writer's.</param>
    /// <param name="file">Opens the connection for checkpoints.</param>
    /// <param name="queue">The writer's queue.</param>
    /// <param name="isBackupRunning">Whether a backup runs: no page is moved then, because each would enlarge the write-ahead log.</param>
    public UnusedPages(SqliteSession session, SqliteFile file, WriterQueue queue, Func<bool> isBackupRunning)
    {
        (this.queue, this.isBackupRunning) = (queue, isBackupRunning);
        count = session.Prepare("SELECT freelist_count, page_count FROM pragma_freelist_count, pragma_page_count");
        vacuum = session.Prepare("PRAGMA incremental_vacuum"); // one page a step
        checkpoints = file.OpenReader();
        next = new Timer(_ => Continue());
    }

    public override int Bytes => 0;

    /// <summary>Starts, unless it is running. For the writer alone.</summary>
    public void Start()
    {
        if (running)
            return;
        // Checkpoints the sweep's changes before the first slice.
        (running, sinceCheckpoint) = (true, PagesBetweenCheckpoints);
        queue.AddWhenIdle(this);
    }

    public override void Complete()
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

    public override void Fail(Exception reason) => running = false; // the next sweep starts it again

    /// <summary>Stops the timer. Called after the writer has ended.</summary>
    public void Stop()
    {
        using var ended = new ManualResetEvent(false);
        if (next.Dispose(ended))
            ended.WaitOne();
    }

    public void Dispose()
    {
        Stop();
        checkpoints.Dispose();
    }

    protected override void Write(LogTransaction transaction)
    {
        // As the writer's own checkpoint would: the error decides whether the log can still be trusted.
        if (checkpointFailure is { } failure)
        {
            checkpointFailure = null;
            throw failure;
        }
        (began, moved) = (Stopwatch.GetTimestamp(), 0);
        var excess = isBackupRunning() ? 0 : Excess();
        more = excess > 0;
        // A commit that also writes a slice of the index moves no page.
        if (!more || transaction.Index.Due > 0 || sinceCheckpoint >= PagesBetweenCheckpoints)
            return;
        while (more && moved < pages)
        {
            more = vacuum.Step() && --excess > 0;
            moved++;
        }
        vacuum.Reset();
    }

    /// <summary>Counts the unused pages beyond the kept ones.</summary>
    private long Excess()
    {
        count.Step();
        var (unused, all) = (count.Int64(0), count.Int64(1));
        count.Reset();
        return unused - Math.Max(LeastKeptPages, (all - unused) / KeptShare);
    }

    // Runs on a pool thread, while no slice runs.
    private void Continue()
    {
        if (!more || sinceCheckpoint >= PagesBetweenCheckpoints)
        {
            Checkpoint();
            sinceCheckpoint = 0;
        }
        queue.AddWhenIdle(this);
    }

    // The file shrinks only at a checkpoint, and the next commit may be far. A passive checkpoint takes no lock that the writer needs.
    private void Checkpoint()
    {
        try
        {
            checkpoints.Execute("PRAGMA wal_checkpoint(PASSIVE)");
        }
        catch (SqliteException e) when (e.SqliteErrorCode is raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_FULL)
        {
            // a later commit checkpoints
        }
        catch (SqliteException e)
        {
            checkpointFailure = e;
        }
    }
}
