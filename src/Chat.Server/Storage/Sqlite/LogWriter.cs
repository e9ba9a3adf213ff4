using Chat.Protocol;
using Chat.Server.Messaging;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Chat.Server.Storage.Sqlite;

/// <summary>The one writer: takes what waits, commits it together, tells the listener, takes what came meanwhile.</summary>
internal sealed partial class LogWriter
{
    private readonly WriterQueue queue;
    private readonly LogTransaction transaction;
    private readonly ICommitListener listener;
    private readonly Action<Exception> stopProcess;
    private readonly ILogger logger;
    private readonly Thread thread;
    private volatile bool unavailable;

    public LogWriter(WriterQueue queue, LogTransaction transaction, ICommitListener listener, Action<Exception> stopProcess, ILogger logger)
    {
        (this.queue, this.transaction, this.listener, this.stopProcess, this.logger) = (queue, transaction, listener, stopProcess, logger);
        thread = new Thread(Run) { Name = "message log writer", IsBackground = true };
    }

    /// <summary>Whether the last try to write failed.</summary>
    public bool IsUnavailable => unavailable;

    public void Start() => thread.Start();

    /// <summary>Waits until everything that was queued is done. The queue must have been closed.</summary>
    public void Join() => thread.Join();

    private void Run()
    {
        var batch = new List<WriterWork>();
        while (queue.Take(batch))
        {
            Write(batch);
            batch.Clear();
        }
    }

    private void Write(List<WriterWork> batch)
    {
        try
        {
            transaction.Begin();
            foreach (var work in batch)
                work.Apply(transaction);
            transaction.Commit();
        }
        catch (Exception e)
        {
            if (TryRollback(e))
                Undone(batch, e);
            return;
        }
        try
        {
            transaction.Committed();
            if (unavailable)
                LogAvailableAgain(logger);
            unavailable = false;
            Acknowledge(batch);
        }
        catch (Exception e)
        {
            // The messages are durable: a refusal would be a lie, and what memory says of them may be one too.
            Stop(new InvalidOperationException($"What was stored could not be passed on. {e.Message}", e));
        }
    }

    /// <summary>Undoes the transaction, or stops the process where nobody can say any more what is on the disk.</summary>
    /// <remarks>Asking again would not tell: a failed fsync drops the dirty pages and succeeds the next time. No caller gets an answer; what
    /// is durable is found when the log is opened again.</remarks>
    private bool TryRollback(Exception reason)
    {
        try
        {
            if (reason is not SqliteException { SqliteErrorCode: raw.SQLITE_IOERR or raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB })
            {
                transaction.Rollback();
                return true;
            }
        }
        catch (SqliteException)
        {
        }
        Stop(reason);
        return false;
    }

    private void Stop(Exception reason)
    {
        queue.Close();
        stopProcess(reason);
    }

    private void Undone(List<WriterWork> batch, Exception reason)
    {
        if (!unavailable)
            LogUnavailable(logger, reason.Message);
        unavailable = true;
        var refusal = new LogUnavailableException(ChatError.Unavailable.Text, reason);
        foreach (var work in batch)
            work.Failed(refusal);
        queue.Release(batch.Sum(work => (long)work.Bytes));
    }

    private void Acknowledge(List<WriterWork> batch)
    {
        var delivered = new List<WriterWork>(batch.Count);
        foreach (var work in batch)
            if (work.IsDelivered)
                delivered.Add(work);
            else
            {
                work.Committed();
                queue.Release(work.Bytes);
            }
        if (delivered.Count > 0)
            listener.Committed(new Batch(delivered, queue));
    }

    private sealed class Batch(List<WriterWork> works, WriterQueue queue) : CommittedBatch
    {
        public override IReadOnlyList<ICommitted> Items { get; } = [.. works.Select(work => work.Outcome).OfType<ICommitted>()];

        public override void Acknowledge()
        {
            long done = 0;
            foreach (var work in works)
            {
                work.Committed();
                done += work.Bytes;
            }
            queue.Release(done);
        }
    }

    [LoggerMessage(1, LogLevel.Error, "The message log cannot be written and refuses messages until it can: {Reason}")]
    private static partial void LogUnavailable(ILogger logger, string reason);

    [LoggerMessage(2, LogLevel.Information, "The message log can be written again.")]
    private static partial void LogAvailableAgain(ILogger logger);
}
