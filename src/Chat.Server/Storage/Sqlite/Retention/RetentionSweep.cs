using Chat.Server.Log;
using Chat.Server.Storage.Sqlite.Writing;

namespace Chat.Server.Storage.Sqlite.Retention;

/// <summary>Queues the steps of a retention sweep for the writer, one at a time: so a message waits for at most one step.</summary>
/// <param name="ended">Called on the writer's thread at the end of a sweep.</param>
internal sealed class RetentionSweep(MessageRetention retention, WriterQueue queue, Action ended) : WriterWork
{
    private int running;
    private bool more;

    /// <summary>Starts a sweep, unless one is running.</summary>
    public void Start()
    {
        if (Interlocked.Exchange(ref running, 1) == 0)
            Next();
    }

    public override void Complete()
    {
        retention.MarkCommitted();
        if (more)
            Next();
        else
        {
            ended();
            End();
        }
    }

    public override void Fail(Exception reason)
    {
        retention.DiscardUncommitted();
        End();
    }

    protected override void Write(LogTransaction transaction) => more = retention.Step(transaction);

    private void Next()
    {
        try
        {
            queue.Add(this);
        }
        catch (LogUnavailableException)
        {
            End(); // the next sweep starts over
        }
    }

    private void End() => Volatile.Write(ref running, 0);
}
