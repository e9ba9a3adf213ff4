namespace Chat.Server.Hubs.Output;

/// <summary>How much waits, over all readers, beyond what each of them may have waiting.</summary>
/// <remarks>A late reader is given a moment, in which what comes for it waits. However many they are, this is all that may wait: once it is
/// exceeded, nobody has a moment any more until half of it is gone.</remarks>
internal sealed class DeliveryBacklog
{
    // Readers of one room share its bytes; those of mailboxes do not.
    private const long MaxBytes = 8 << 20;

    private readonly Lock gate = new();
    private TaskCompletionSource exceeded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long bytes;

    /// <summary>Completes when more waits than may.</summary>
    public Task Exceeded
    {
        get { lock (gate) return exceeded.Task; }
    }

    /// <summary>More waits, or less.</summary>
    public void Change(long by)
    {
        if (by == 0)
            return;
        lock (gate)
        {
            bytes += by;
            if (bytes > MaxBytes)
                exceeded.TrySetResult();
            else if (bytes <= MaxBytes / 2 && exceeded.Task.IsCompleted)
                exceeded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
