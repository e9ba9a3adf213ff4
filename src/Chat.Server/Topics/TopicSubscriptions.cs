namespace Chat.Server.Topics;

/// <summary>What one connection subscribes to.</summary>
internal sealed class TopicSubscriptions(IValueOutput output)
{
    private readonly Lock gate = new();
    private Dictionary<string, Subscription>? byTopic;
    private bool ended;

    public IValueOutput Output => output;

    public bool HasEnded
    {
        get { lock (gate) return ended; }
    }

    /// <summary>The subscription to a topic, new or old; null when the connection is over.</summary>
    public Subscription? Add(string topic)
    {
        lock (gate)
        {
            if (ended)
                return null;
            byTopic ??= new(StringComparer.Ordinal);
            if (!byTopic.TryGetValue(topic, out var subscription))
                byTopic[topic] = subscription = new Subscription(output);
            return subscription;
        }
    }

    public Subscription? Remove(string topic)
    {
        lock (gate)
            return byTopic?.Remove(topic, out var subscription) == true ? subscription : null;
    }

    /// <summary>Takes all subscriptions of a connection that is over.</summary>
    public IReadOnlyCollection<KeyValuePair<string, Subscription>> End()
    {
        lock (gate)
        {
            ended = true;
            return [.. byTopic ?? []];
        }
    }
}
