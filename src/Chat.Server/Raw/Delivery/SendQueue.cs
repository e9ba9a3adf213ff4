using System.Threading.Tasks.Sources;

namespace Chat.Server.Raw.Delivery;

/// <summary>The items that wait for the sender of a raw connection, in order, and the signal that wakes the sender.</summary>
/// <remarks>
/// Takes no lock. <see cref="RawDelivery"/> calls every public member under its lock; the sender awaits the signal outside it.
/// Neither the items nor the signal take memory before the first item. The owner bounds <see cref="Bytes"/>.
/// </remarks>
internal sealed class SendQueue : IValueTaskSource
{
    private readonly Queue<Outgoing> items = new();

    // The sender continues on another thread: SetResult only queues it, so it is safe under the lock.
    private ManualResetValueTaskSourceCore<bool> signal = new() { RunContinuationsAsynchronously = true };
    private bool waiting;
    private long ping;

    /// <summary>Bytes of the frames that were added and not released.</summary>
    public long Bytes { get; private set; }

    /// <summary>True once a close was added. Later items are dropped.</summary>
    public bool IsClosed { get; private set; }

    public void Add(in Outgoing item)
    {
        if (IsClosed)
            return;
        items.Enqueue(item);
        Bytes += item.Frame.Length;
        IsClosed = item.Kind == OutgoingKind.Close;
        Wake();
    }

    /// <summary>Adds a ping, which overtakes every waiting item.</summary>
    public void AddPing(long number)
    {
        ping = number;
        Wake();
    }

    /// <summary>Takes the ping that waits; 0 if there is none.</summary>
    public long TakePing()
    {
        var number = ping;
        ping = 0;
        return number;
    }

    /// <summary>Takes the next item. If there is none, returns false and a task that completes when there is one. Await it before the next call.</summary>
    public bool TryTake(out Outgoing item, out ValueTask added)
    {
        added = default;
        if (TakePing() is not 0 and var number)
            item = Outgoing.Ping(number);
        else if (!items.TryDequeue(out item))
        {
            signal.Reset();
            waiting = true;
            added = new ValueTask(this, signal.Version);
            return false;
        }
        return true;
    }

    /// <summary>Subtracts the bytes of a frame that was sent.</summary>
    public void Release(int bytes) => Bytes -= bytes;

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => signal.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        signal.OnCompleted(continuation, state, token, flags);

    void IValueTaskSource.GetResult(short token) => signal.GetResult(token);

    private void Wake()
    {
        if (!waiting)
            return;
        waiting = false;
        signal.SetResult(true);
    }
}
