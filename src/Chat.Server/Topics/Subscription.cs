namespace Chat.Server.Topics;

/// <summary>One connection's subscription to one topic, with at most one pending value: the newest.</summary>
internal sealed class Subscription(IValueOutput output)
{
    private readonly Lock gate = new();
    private PublishedValue? pending;
    private long newest;
    private bool queued, ended;

    /// <summary>Queues a value. It replaces an older one that is still pending.</summary>
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

    /// <summary>Records the version that the answer to the client's call carries. An older one that comes late is not sent after it.</summary>
    public void Answered(long version)
    {
        lock (gate)
            newest = Math.Max(newest, version);
    }

    /// <summary>Removes and returns the pending value; null if the subscription has ended.</summary>
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
