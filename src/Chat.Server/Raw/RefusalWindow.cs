using Chat.Protocol;

namespace Chat.Server.Raw;

/// <summary>Counts a connection's refused frames: a typo is forgiven, a stream of nonsense is not.</summary>
internal sealed class RefusalWindow(TimeProvider time)
{
    private const int MaxRefusals = 20;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private readonly Queue<long> refusals = new();

    /// <summary>Counts a refusal; true when it was one too many.</summary>
    public bool Add(ChatError error)
    {
        // What the client cannot help does not count.
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
