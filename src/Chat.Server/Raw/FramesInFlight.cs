using Chat.Protocol;

namespace Chat.Server.Raw;

/// <summary>Counts the frames that were passed to the hub and are not answered.</summary>
/// <remarks>Lock-free. The reader adds; the hub answers on any thread.</remarks>
internal sealed class FramesInFlight
{
    private readonly TaskCompletionSource drained = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // DrainAsync subtracts the extra one.
    private int count = 1;
    private volatile bool unstored;

    /// <summary>True if every frame was answered, and none failed because the log was unavailable.</summary>
    public bool AllStored => !unstored && drained.Task.IsCompleted;

    /// <summary>Records a frame that was refused before the hub because the log is too far behind.</summary>
    public void AddUnstored() => unstored = true;

    public void Add() => Interlocked.Increment(ref count);

    public void Completed()
    {
        if (Interlocked.Decrement(ref count) == 0)
            drained.TrySetResult();
    }

    public void Refused(ChatError error)
    {
        unstored |= error == ChatError.Unavailable;
        Completed();
    }

    /// <summary>Waits until every frame is answered. No frame may be added afterwards.</summary>
    public Task DrainAsync()
    {
        Completed();
        return drained.Task;
    }
}
