namespace Chat.Server.Hubs.Output;

/// <summary>Counts the bytes that are queued beyond each client's own bound, over all clients of the node. Thread-safe.</summary>
/// <remarks>A slow client gets a grace period, in which its queue may grow beyond the bound. The limit here holds for all clients together: once
/// it is exceeded, no client gets a grace period until half of the bytes are gone.</remarks>
internal sealed class DeliveryBacklog
{
    // Clients in one room share the bytes of its messages; messages in mailboxes are not shared.
    private const long MaxBytes = 8 << 20;

    private readonly Lock gate = new();
    private TaskCompletionSource exceeded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long bytes;

    /// <summary>Completes when the limit is exceeded.</summary>
    public Task Exceeded
    {
        get { lock (gate) return exceeded.Task; }
    }

    /// <summary>Adds bytes, or subtracts them when the number is negative.</summary>
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
