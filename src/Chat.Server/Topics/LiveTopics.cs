using System.Collections.Concurrent;
using System.Text.Encodings.Web;
using System.Text.Json;
using Chat.Protocol;
using Chat.Server.Admission;
using Chat.Server.Log;
using Microsoft.Extensions.Options;

namespace Chat.Server.Topics;

/// <summary>The single entry point for live values. The last value of each topic is durable. A subscriber is sent the newest value as fast as
/// it reads.</summary>
internal sealed class LiveTopics(ITopicLog log, IOptions<TopicOptions> options, IOptions<LimitsOptions> limits, TimeProvider time)
{
    /// <summary>The prefix of the server's own topics.</summary>
    public const string ServerPrefix = "$server.";

    /// <summary>The limit of a value, in bytes of JSON.</summary>
    public const int MaxValueBytes = 64 << 10;

    // A message to a client nests the value two levels deeper, and JSON readers stop at 64.
    private const int MaxDepth = 32;

    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = MaxDepth };

    private readonly ConcurrentDictionary<string, LiveTopic> topics = new(StringComparer.Ordinal);
    private long lastStatsVersion;

    /// <summary>Returns whether the topic is one of the server's own, which only operators may read.</summary>
    public static bool IsServerTopic(string topic) => topic.StartsWith(ServerPrefix, StringComparison.Ordinal);

    /// <summary>Returns the topic if its name is valid.</summary>
    /// <exception cref="ChatException"><c>bad_recipient</c>.</exception>
    public static string Require(string? topic) =>
        Name.ProblemWithTopic(topic) is { } problem ? throw new ChatException(ChatError.BadRecipient, $"The topic is not a valid name. {problem}") : topic!;

    /// <summary>Replaces a topic's value. Completes once the value is durable and its delivery has started.</summary>
    /// <param name="ifVersion">The version that must be current, 0 for no value; null for any.</param>
    /// <returns>The value; null if another version is current.</returns>
    /// <exception cref="ChatException">The value was refused.</exception>
    public async Task<TopicValue?> PublishAsync(string? topic, JsonElement value, long? ifVersion)
    {
        if (Require(topic) == ServerStats.Topic)
            throw new ChatException(ChatError.Forbidden, $"Only the server publishes {topic}.");
        var pending = new PendingTopicValue(topic!, Normalize(value), ifVersion);
        var published = await log.PublishAsync(pending);
        if (published is not null && topics.TryGetValue(pending.Topic, out var live))
            live.Publish(new PublishedValue(published));
        return published;
    }

    /// <summary>Sends a value to the subscribers of <see cref="ServerStats.Topic"/> without storing it.</summary>
    /// <remarks>Its version is the Unix time in milliseconds, or one more than the last version, so that it grows over restarts.
    /// Not safe for concurrent callers.</remarks>
    public void PublishStats(JsonElement value)
    {
        if (!topics.TryGetValue(ServerStats.Topic, out var live))
            return;
        var now = time.GetUtcNow();
        lastStatsVersion = Math.Max(lastStatsVersion + 1, now.ToUnixTimeMilliseconds());
        live.Publish(new PublishedValue(new TopicValue(ServerStats.Topic, Normalize(value), lastStatsVersion, now)));
    }

    /// <summary>Returns the number of connections on this node that subscribe to the topic.</summary>
    public int CountSubscribers(string topic) => topics.TryGetValue(topic, out var live) ? live.Subscribers : 0;

    /// <summary>Returns the topic's value; null if it has none. Waits for the next value of <see cref="ServerStats.Topic"/>.</summary>
    /// <exception cref="ChatException"><c>bad_recipient</c> or <c>unavailable</c>.</exception>
    public async ValueTask<TopicValue?> GetAsync(string? topic, CancellationToken cancellationToken) =>
        Require(topic) == ServerStats.Topic ? await NextAsync(topic!, cancellationToken) : await log.GetValueAsync(topic!, cancellationToken);

    /// <summary>Subscribes a connection, and returns the current value.</summary>
    /// <remarks>The connection is subscribed before the value is read, so that it misses no value in between.</remarks>
    /// <exception cref="ChatException"><c>bad_recipient</c>, <c>rate_limited</c> or <c>unavailable</c>.</exception>
    public async Task<TopicValue?> SubscribeAsync(TopicSubscriptions own, string? topic, CancellationToken cancellationToken)
    {
        if (own.Add(Require(topic), limits.Value.TopicsPerConnection) is not { } subscription)
            return null;
        LiveTopic live;
        do
            live = topics.GetOrAdd(topic!, _ => new LiveTopic(options.Value.ConflationWindow, time));
        while (!live.TryAdd(subscription));
        if (own.HasEnded)
            Remove(topic!, subscription);
        PublishedValue? current;
        try
        {
            var stored = topic == ServerStats.Topic ? null : await log.GetValueAsync(topic!, cancellationToken);
            current = live.Newest(stored is null ? null : new PublishedValue(stored));
        }
        catch
        {
            Unsubscribe(own, topic);
            throw;
        }
        if (current is null)
            return null;
        if (own.Output.ReceivesAnswers)
            subscription.Answered(current.Value.Version);
        else
            subscription.Offer(current);
        return current.Value;
    }

    public UnsubscribeAnswer Unsubscribe(TopicSubscriptions own, string? topic)
    {
        if (own.Remove(Require(topic)) is { } subscription)
            Remove(topic!, subscription);
        return new UnsubscribeAnswer(topic!);
    }

    /// <summary>Ends all subscriptions of a connection that has ended.</summary>
    public void End(TopicSubscriptions own)
    {
        foreach (var (topic, subscription) in own.End())
            Remove(topic, subscription);
    }

    private async Task<TopicValue> NextAsync(string topic, CancellationToken cancellationToken)
    {
        var next = new NextValue();
        var own = new TopicSubscriptions(next);
        try
        {
            return await SubscribeAsync(own, topic, cancellationToken) ?? await next.Value.WaitAsync(cancellationToken);
        }
        finally
        {
            End(own);
        }
    }

    private void Remove(string topic, Subscription subscription)
    {
        subscription.End();
        if (topics.TryGetValue(topic, out var live) && live.Remove(subscription))
            topics.TryRemove(KeyValuePair.Create(topic, live));
    }

    /// <summary>Compacts the JSON, and rejects values that cannot be serialized again.</summary>
    private static JsonElement Normalize(JsonElement value)
    {
        using var json = new MemoryStream();
        try
        {
            using (var writer = new Utf8JsonWriter(json, Compact))
                value.WriteTo(writer);
        }
        catch (InvalidOperationException)
        {
            throw new ChatException(ChatError.BadRequest, $"A value must be valid Unicode and at most {MaxDepth} levels deep.");
        }
        if (json.Length > MaxValueBytes)
            throw new ChatException(ChatError.TooLarge, $"The value has {json.Length} bytes; the limit is {MaxValueBytes}.");
        return JsonElement.Parse(json.ToArray());
    }
}
