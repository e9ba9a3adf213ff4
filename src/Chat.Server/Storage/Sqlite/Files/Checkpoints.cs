using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Chat.Server.Storage.Sqlite.Files;

/// <summary>Copies the write-ahead log into the file on a thread of its own, so that no commit waits for it.</summary>
/// <remarks>SQLite starts the write-ahead log again when a transaction begins and all frames are copied. Commits add frames during a copy, so the thread
/// copies until few are left, and the writer copies those between two transactions.</remarks>
internal sealed class Checkpoints : IDisposable
{
    // Their copy takes the writer about as long as a commit.
    private const int FewFrames = 64;

    // Each round copies what was added during the last one. A reader of an old state, such as a backup, keeps all rounds from their end.
    private const int MaxRounds = 8;

    // The writer waits for the thread at this size of the write-ahead log. Otherwise it would fill a disk that is too slow.
    private const int MaxPages = 4 * SqliteFile.CheckpointPages;

    private readonly SqliteSession writer, own;
    private readonly Lock copying = new();
    private readonly AutoResetEvent due = new(false);
    private readonly Thread thread;
    private volatile SqliteException? failure;
    private volatile bool running, nearlyDone, ended;
    private int pages, dueAt = SqliteFile.CheckpointPages;

    /// <param name="writer">The writer's connection.</param>
    /// <param name="file">Opens the thread's connection.</param>
    public Checkpoints(SqliteSession writer, SqliteFile file)
    {
        this.writer = writer;
        writer.Execute("PRAGMA wal_autocheckpoint = 0");
        own = file.OpenReader();
        thread = new Thread(RunThread) { Name = "message log checkpoints", IsBackground = true };
        thread.Start();
    }

    /// <summary>Called by the writer before each transaction.</summary>
    /// <exception cref="SqliteException">The last checkpoint failed. The error decides whether the log can still be trusted.</exception>
    public void BeforeTransaction()
    {
        if (failure is { } reason)
        {
            failure = null;
            throw reason;
        }
        pages += writer.TakeWrittenPages();
        if (nearlyDone)
        {
            nearlyDone = false;
            if (writer.CopyFrames() == 0)
                (pages, dueAt) = (0, SqliteFile.CheckpointPages);
        }
        else if (pages >= dueAt)
        {
            dueAt = pages + (SqliteFile.CheckpointPages / 4);
            Start();
        }
    }

    /// <summary>Copies all frames that are committed now, unless another process copies. Called on a thread of the pool.</summary>
    /// <returns>Frames that are left; null if another process copies, or the disk is full.</returns>
    public int? Copy()
    {
        lock (copying)
            try
            {
                return own.CopyFrames();
            }
            catch (SqliteException e) when (e.SqliteErrorCode is raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_FULL)
            {
                return null; // a later checkpoint copies them
            }
            catch (SqliteException e)
            {
                failure = e;
                return null;
            }
    }

    /// <summary>Ends the thread. Called after the writer has ended.</summary>
    public void Stop()
    {
        ended = true;
        due.Set();
        thread.Join();
    }

    /// <summary>Ends the thread and closes its connection.</summary>
    public void Dispose()
    {
        Stop();
        own.Dispose();
        due.Dispose();
    }

    private void Start()
    {
        if (!running)
        {
            running = true;
            due.Set();
        }
        else if (pages >= MaxPages)
            Copy();
    }

    private void RunThread()
    {
        while (due.WaitOne() && !ended)
        {
            for (var round = 0; round < MaxRounds && !nearlyDone && Copy() is { } left; round++)
                nearlyDone = left <= FewFrames;
            running = false;
        }
    }
}
