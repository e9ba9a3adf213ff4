using Chat.Protocol;

namespace Chat.Server.Raw;

/// <summary>The frames that the hub has been given and has not answered.</summary>
internal sealed class FramesInFlight
{
    private readonly TaskCompletionSource drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int count = 1; // one more than there are, until nothing more will come
    private volatile bool unstored;

    /// <summary>False once a frame could not be stored through no fault of its own.</summary>
    public bool AllStored => !unstored && drained.Task.IsCompleted;

    /// <summary>Counts a frame that the hub is not given because nothing can be stored.</summary>
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

    /// <summary>Waits for the answers to what was given; nothing may be given afterwards.</summary>
    public Task DrainAsync()
    {
        Completed();
        return drained.Task;
    }
}
