using Chat.Protocol;

namespace Chat.Server.Topics;

/// <summary>The subscriptions of one connection.</summary>
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

    /// <summary>Returns the subscription to a topic, new or existing; null if the connection has ended.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="max">The limit of topics for each connection; 0 for none.</param>
    /// <exception cref="ChatException"><c>rate_limited</c>: the connection has reached the limit.</exception>
    public Subscription? Add(string topic, int max)
    {
        lock (gate)
        {
            if (ended)
                return null;
            byTopic ??= new(StringComparer.Ordinal);
            if (byTopic.TryGetValue(topic, out var subscription))
                return subscription;
            if (max > 0 && byTopic.Count >= max)
                throw new ChatException(ChatError.RateLimited, $"This connection subscribes to {max} topics, which is the limit. Unsubscribe from one first.");
            return byTopic[topic] = new Subscription(output);
        }
    }

    public Subscription? Remove(string topic)
    {
        lock (gate)
            return byTopic?.Remove(topic, out var subscription) == true ? subscription : null;
    }

    /// <summary>Makes the connection subscribe to no further topic, and returns its subscriptions.</summary>
    public IReadOnlyCollection<KeyValuePair<string, Subscription>> End()
    {
        lock (gate)
        {
            ended = true;
            return [.. byTopic ?? []];
        }
    }
}
