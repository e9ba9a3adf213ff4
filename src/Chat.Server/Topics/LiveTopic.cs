namespace Chat.Server.Topics;

/// <summary>A topic with subscribers on this node.</summary>
/// <remarks>Conflates bursts for all subscribers: after a value is sent, later values wait for the end of the window. Then the newest one
/// is sent.</remarks>
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

    /// <summary>Adds a subscriber. Returns false if the topic has ended, because its last subscriber left.</summary>
    public bool TryAdd(Subscription subscription)
    {
        lock (gate)
        {
            if (!ended)
                subscriptions.Add(subscription);
            return !ended;
        }
    }

    /// <summary>Removes a subscriber. Returns true if it was the last one; then the topic has ended.</summary>
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

    /// <summary>Returns the newer of the newest published value and a value read from the log.</summary>
    /// <remarks>Does not keep the value of the log: <see cref="Publish"/> may be about to send it to all subscribers.</remarks>
    public PublishedValue? Newest(PublishedValue? read)
    {
        lock (gate)
            return read is null || newest?.Value.Version >= read.Value.Version ? newest : read;
    }

    /// <summary>Sends a value to every subscriber: now, or at the end of the window unless a newer one comes first.</summary>
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
