namespace Chat.Server.Topics;

/// <summary>One connection's interest in one topic, and the value that waits for it: never more than one, always the newest.</summary>
internal sealed class Subscription(IValueOutput output)
{
    private readonly Lock gate = new();
    private PublishedValue? pending;
    private long newest;
    private bool queued, ended;

    /// <summary>Queues a value in place of an older one that still waits.</summary>
    public void Offer(PublishedValue value)
    {
        lock (gate)
        {
            if (ended || value.Value.Version < newest)
                return;
            newest = value.Value.Version;
            pending = value;
            if (queued)
                return;
            queued = true;
        }
        output.Enqueue(this);
    }

    /// <summary>The client is told a version by the answer to its call: an older one that comes late is not sent after it.</summary>
    public void Answered(long version)
    {
        lock (gate)
            newest = Math.Max(newest, version);
    }

    /// <summary>Takes the value that waits; null when the subscription has ended.</summary>
    public PublishedValue? Take()
    {
        lock (gate)
        {
            queued = false;
            var value = pending;
            pending = null;
            return value;
        }
    }

    public void End()
    {
        lock (gate)
        {
            ended = true;
            pending = null;
        }
    }
}
