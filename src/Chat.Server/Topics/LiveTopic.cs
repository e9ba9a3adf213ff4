namespace Chat.Server.Topics;

/// <summary>A topic that somebody subscribes to on this node.</summary>
/// <remarks>A burst of values is conflated for everybody: after one has been sent, the next waits until the window is over, and is the newest
/// by then.</remarks>
internal sealed class LiveTopic(TimeSpan window, TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly HashSet<Subscription> subscriptions = [];
    private ITimer? endOfWindow;
    private PublishedValue? newest, sent;
    private bool windowIsOpen, ended;

    public int Subscribers
    {
        get { lock (gate) return subscriptions.Count; }
    }

    /// <summary>False when the topic was left by the last subscriber, and is no more.</summary>
    public bool TryAdd(Subscription subscription)
    {
        lock (gate)
        {
            if (!ended)
                subscriptions.Add(subscription);
            return !ended;
        }
    }

    /// <summary>True when that was the last subscriber: then the topic is no more.</summary>
    public bool Remove(Subscription subscription)
    {
        lock (gate)
        {
            if (!subscriptions.Remove(subscription) || subscriptions.Count > 0)
                return false;
            ended = true;
            endOfWindow?.Dispose();
            return true;
        }
    }

    /// <summary>The newest value, of those that came and this one that was read from the log.</summary>
    /// <remarks>The other is not kept: it may be on its way here, for all subscribers.</remarks>
    public PublishedValue? Newest(PublishedValue? read)
    {
        lock (gate)
            return read is null || newest?.Value.Version >= read.Value.Version ? newest : read;
    }

    /// <summary>Sends a value to every subscriber: now, or at the end of the window if none newer comes before that.</summary>
    public void Publish(PublishedValue value)
    {
        lock (gate)
        {
            if (ended || newest?.Value.Version >= value.Value.Version)
                return;
            newest = value;
            if (!windowIsOpen)
                Send();
        }
    }

    private void Send()
    {
        foreach (var subscription in subscriptions)
            subscription.Offer(newest!);
        if (window == TimeSpan.Zero)
            return;
        windowIsOpen = true;
        sent = newest;
        endOfWindow ??= time.CreateTimer(_ => EndWindow(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        endOfWindow.Change(window, Timeout.InfiniteTimeSpan);
    }

    private void EndWindow()
    {
        lock (gate)
        {
            windowIsOpen = false;
            if (!ended && newest != sent)
                Send();
        }
    }
}
