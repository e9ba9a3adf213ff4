using Chat.Protocol;

namespace Chat.Server.Raw;

/// <summary>Counts the refused frames of one connection in a sliding window.</summary>
/// <remarks>Locks its queue: the reader and the hub both add.</remarks>
internal sealed class RefusalWindow(TimeProvider time)
{
    private const int MaxRefusals = 20;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private readonly Queue<long> refusals = new();

    /// <summary>Counts a refusal. Returns true if the window has reached its limit.</summary>
    public bool Add(ChatError error)
    {
        // The client did not cause an error that it may retry.
        if (error.Retryable)
            return false;
        lock (refusals)
        {
            while (refusals.TryPeek(out var oldest) && time.GetElapsedTime(oldest) > Window)
                refusals.Dequeue();
            refusals.Enqueue(time.GetTimestamp());
            return refusals.Count >= MaxRefusals;
        }
    }
}
