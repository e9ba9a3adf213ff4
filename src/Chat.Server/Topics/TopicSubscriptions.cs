using Chat.Protocol;

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
    /// <param name="topic">The topic.</param>
    /// <param name="max">Most topics of a connection; 0 for any number.</param>
    /// <exception cref="ChatException"><c>rate_limited</c>: it has as many.</exception>
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
                throw new ChatException(ChatError.RateLimited, $"A connection subscribes to at most {max} topics.");
            return byTopic[topic] = new Subscription(output);
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
