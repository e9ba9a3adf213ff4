using Chat.Server.Log;
using Chat.Server.Storage.Sqlite.Writing;

namespace Chat.Server.Storage.Sqlite.Retention;

/// <summary>Brings retention's steps to the writer: one waits at a time, behind the messages that came before it, so that none of them waits for
/// more than a step.</summary>
/// <param name="ended">Called by the writer when a sweep has come to its end.</param>
internal sealed class RetentionSweep(MessageRetention retention, WriterQueue queue, Action ended) : WriterWork
{
    private int running;
    private bool more;

    /// <summary>Begins a sweep, unless one is still going on.</summary>
    public void Start()
    {
        if (Interlocked.Exchange(ref running, 1) == 0)
            Next();
    }

    public override void Committed()
    {
        retention.Committed();
        if (more)
            Next();
        else
        {
            ended();
            End();
        }
    }

    public override void Failed(Exception reason)
    {
        retention.Undone();
        End();
    }

    protected override void Change(LogTransaction transaction) => more = retention.Step(transaction);

    private void Next()
    {
        try
        {
            queue.Add(this);
        }
        catch (LogUnavailableException)
        {
            End(); // retention can wait until the log has room again
        }
    }

    private void End() => Volatile.Write(ref running, 0);
}
