using System.Diagnostics;
using Chat.Protocol;
using Chat.Server.Log;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Chat.Server.Storage.Sqlite.Writing;

/// <summary>The thread that writes the log: it takes the waiting work items, commits them together, and passes the commit to the listener.</summary>
internal sealed partial class LogWriter
{
    private static readonly TimeSpan OverloadReportInterval = TimeSpan.FromMinutes(1);

    private readonly WriterQueue queue;
    private readonly LogTransaction transaction;
    private readonly ICommitListener listener;
    private readonly Action<Exception> fail;
    private readonly ILogger logger;
    private readonly Thread thread;
    private long overloadedAt;
    private volatile bool unavailable, failed;

    public LogWriter(WriterQueue queue, LogTransaction transaction, ICommitListener listener, Action<Exception> fail, ILogger logger)
    {
        (this.queue, this.transaction, this.listener, this.fail, this.logger) = (queue, transaction, listener, fail, logger);
        thread = new Thread(Run) { Name = "message log writer", IsBackground = true };
    }

    /// <summary>Whether the last transaction failed.</summary>
    public bool IsUnavailable => unavailable;

    /// <summary>Whether it is unknown what the file holds. Nothing is written or read from then on.</summary>
    public bool HasFailed => failed;

    public void Start() => thread.Start();

    /// <summary>Waits until all queued work items are done. The queue must be closed.</summary>
    public void Join() => thread.Join();

    private void Run()
    {
        List<WriterWork> batch = [], expired = [];
        while (queue.Take(batch, expired))
        {
            if (expired.Count > 0 || queue.Load == LogLoad.TooFarBehind)
                ReportOverload();
            queue.Refuse(expired);
            if (failed)
                Refuse(batch, LogUnavailableException.Failed);
            else if (batch.Count > 0)
                Write(batch);
            batch.Clear();
            expired.Clear();
        }
    }

    private void ReportOverload()
    {
        if (overloadedAt != 0 && Stopwatch.GetElapsedTime(overloadedAt) < OverloadReportInterval)
            return;
        overloadedAt = Stopwatch.GetTimestamp();
        LogOverloaded(logger, queue.Uncompleted, queue.Wait.TotalSeconds);
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
                Refuse(batch, e.Message, e);
            else
                Fail(batch, e);
            return;
        }
        try
        {
            transaction.MarkCommitted();
            if (unavailable)
                LogAvailableAgain(logger);
            unavailable = false;
            Complete(batch);
        }
        catch (Exception e)
        {
            // The messages are durable, so no call may fail; and memory may not match the file.
            Fail(batch, new InvalidOperationException($"A commit could not be delivered: {e.Message}", e));
        }
    }

    /// <summary>Rolls the transaction back; false when it is unknown what is on the disk.</summary>
    /// <remarks>A second fsync proves nothing: a failed one drops the dirty pages, and the next succeeds. The next start finds out what is durable.</remarks>
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
        return false;
    }

    /// <summary>Stops all writing. No caller of the batch gets a receipt, and none is told that its change was not stored.</summary>
    private void Fail(List<WriterWork> batch, Exception reason)
    {
        (failed, unavailable) = (true, true);
        queue.Close();
        fail(reason);
        var unknown = new LogFailedException(reason);
        foreach (var work in batch)
            work.Fail(unknown);
        queue.Release(batch);
    }

    private void Refuse(List<WriterWork> batch, string reason, Exception? cause = null)
    {
        if (!unavailable)
            LogUnavailable(logger, reason);
        unavailable = true;
        var refusal = new LogUnavailableException(failed ? reason : ChatError.Unavailable.Text, cause);
        foreach (var work in batch)
            work.Fail(refusal);
        queue.Release(batch);
    }

    private void Complete(List<WriterWork> batch)
    {
        foreach (var work in batch)
            if (!work.IsDelivered)
                work.Complete();
        if (batch.Exists(work => work.IsDelivered))
            listener.OnCommit(new DeliveredCommit([.. batch], queue));
        else
            queue.Release(batch);
    }

    private sealed class DeliveredCommit(List<WriterWork> works, WriterQueue queue) : Commit
    {
        public override IEnumerable<ILogChange> Changes
        {
            get
            {
                foreach (var work in works)
                    if (work is { IsDelivered: true, Change: { } change })
                        yield return change;
            }
        }

        public override void CompleteCallers()
        {
            foreach (var work in works)
                if (work.IsDelivered)
                    work.Complete();
            queue.Release(works);
        }
    }

    [LoggerMessage(1, LogLevel.Error, "The message log cannot be written; sends fail as unavailable until it can: {Reason}")]
    private static partial void LogUnavailable(ILogger logger, string reason);

    [LoggerMessage(2, LogLevel.Information, "The message log can be written again.")]
    private static partial void LogAvailableAgain(ILogger logger);

    [LoggerMessage(3, LogLevel.Warning, "The message log is overloaded: {Waiting} changes wait, a new one for about {Seconds:0.0} s. "
        + "Sends fail as unavailable until it has caught up. This line appears at most once a minute.")]
    private static partial void LogOverloaded(ILogger logger, int waiting, double seconds);
}
