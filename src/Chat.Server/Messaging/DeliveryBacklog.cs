namespace Chat.Server.Messaging;

/// <summary>How much of what was delivered live waits for readers that are late.</summary>
/// <remarks>A late reader is given a moment, in which what comes for it waits. However many they are, this is all that may wait: once it is
/// exceeded, nobody has a moment any more until half of it is gone.</remarks>
internal sealed class DeliveryBacklog
{
    // In JSON. A message in memory is some four times that: its text, and its bytes in each protocol.
    private const long MaxBytes = 8 << 20;

    private readonly Lock gate = new();
    private TaskCompletionSource exceeded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long bytes;

    /// <summary>Completes when more waits than may.</summary>
    public Task Exceeded
    {
        get { lock (gate) return exceeded.Task; }
    }

    public void Add(long waiting)
    {
        lock (gate)
            if ((bytes += waiting) > MaxBytes)
                exceeded.TrySetResult();
    }

    public void Remove(long waited)
    {
        lock (gate)
            if ((bytes -= waited) <= MaxBytes / 2 && exceeded.Task.IsCompleted)
                exceeded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
