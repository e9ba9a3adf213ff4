using System.Diagnostics;
using Chat.Protocol;
using Chat.Server.Log;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Chat.Server.Storage.Sqlite.Writing;

/// <summary>The one writer: takes what waits, commits it together, tells the listener, takes what came meanwhile.</summary>
internal sealed partial class LogWriter
{
    private static readonly TimeSpan OverloadReportInterval = TimeSpan.FromMinutes(1);

    private readonly WriterQueue queue;
    private readonly LogTransaction transaction;
    private readonly ICommitListener listener;
    private readonly Action<Exception> stopProcess;
    private readonly ILogger logger;
    private readonly Thread thread;
    private long overloadedAt;
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
        List<WriterWork> batch = [], expired = [];
        while (queue.Take(batch, expired))
        {
            if (expired.Count > 0 || queue.Load == LogLoad.TooFarBehind)
                ReportOverload();
            queue.Refuse(expired);
            if (batch.Count > 0)
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
                Undone(batch, e);
            return;
        }
        try
        {
            transaction.Committed();
            if (unavailable)
                LogAvailableAgain(logger);
            unavailable = false;
            Complete(batch);
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
        queue.Release(batch);
    }

    private void Complete(List<WriterWork> batch)
    {
        foreach (var work in batch)
            if (!work.IsDelivered)
                work.Committed();
        if (batch.Exists(work => work.IsDelivered))
            listener.OnCommit(new WriterCommit([.. batch], queue));
        else
            queue.Release(batch);
    }

    private sealed class WriterCommit(List<WriterWork> works, WriterQueue queue) : Commit
    {
        public override IReadOnlyList<ILogChange> Changes { get; } = [.. works.Select(work => work.IsDelivered ? work.Outcome : null).OfType<ILogChange>()];

        public override void CompleteCallers()
        {
            foreach (var work in works)
                if (work.IsDelivered)
                    work.Committed();
            queue.Release(works);
        }
    }

    [LoggerMessage(1, LogLevel.Error, "The message log cannot be written and refuses messages until it can: {Reason}")]
    private static partial void LogUnavailable(ILogger logger, string reason);

    [LoggerMessage(2, LogLevel.Information, "The message log can be written again.")]
    private static partial void LogAvailableAgain(ILogger logger);

    [LoggerMessage(3, LogLevel.Warning, "More is sent than the message log can store: {Waiting} changes wait, a new one about {Seconds:0.0} s. "
        + "Sends are refused as unavailable until it has caught up. This is said at most once a minute.")]
    private static partial void LogOverloaded(ILogger logger, int waiting, double seconds);
}
