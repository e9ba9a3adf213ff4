using System.Collections.Concurrent;
using System.Text.Encodings.Web;
using System.Text.Json;
using Chat.Protocol;
using Chat.Server.Admission;
using Chat.Server.Log;
using Microsoft.Extensions.Options;

namespace Chat.Server.Topics;

/// <summary>The one door for live values: the last of each topic is durable, and its subscribers are sent the newest as fast as they take it.</summary>
internal sealed class LiveTopics(ITopicLog log, IOptions<TopicOptions> options, IOptions<LimitsOptions> limits, TimeProvider time)
{
    /// <summary>How the server's own topics begin.</summary>
    public const string ServersOwn = "$server.";

    /// <summary>Most bytes of a value, as JSON.</summary>
    public const int MaxValueBytes = 64 << 10;

    // What clients read is two levels deeper, and JSON readers stop at 64.
    private const int MaxDepth = 32;

    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = MaxDepth };

    private long lastShown;

    private readonly ConcurrentDictionary<string, LiveTopic> topics = new(StringComparer.Ordinal);

    /// <summary>Replaces a topic's value; completes once it is durable and its delivery has begun.</summary>
    /// <param name="ifVersion">The only version that may be replaced, 0 for no value; null for any.</param>
    /// <returns>The value; null when the version was another.</returns>
    /// <exception cref="ChatException">The value was refused.</exception>
    public async Task<TopicValue?> PublishAsync(string? topic, JsonElement value, long? ifVersion)
    {
        if (Require(topic) == ServerStats.Topic)
            throw new ChatException(ChatError.Forbidden, $"The server alone publishes {topic}.");
        var draft = new PendingTopicValue(topic!, Normalize(value), ifVersion);
        var published = await log.PublishAsync(draft);
        if (published is not null && topics.TryGetValue(draft.Topic, out var live))
            live.Publish(new PublishedValue(published));
        return published;
    }

    /// <summary>Sends the subscribers of <see cref="ServerStats.Topic"/> a value, which is not stored.</summary>
    /// <remarks>Its version is the time in milliseconds since 1970, or one more than the last: so it grows over restarts. One caller at a time.</remarks>
    public void Show(JsonElement value)
    {
        if (!topics.TryGetValue(ServerStats.Topic, out var live))
            return;
        var now = time.GetUtcNow();
        lastShown = Math.Max(lastShown + 1, now.ToUnixTimeMilliseconds());
        live.Publish(new PublishedValue(new TopicValue(ServerStats.Topic, Normalize(value), lastShown, now)));
    }

    /// <summary>Connections on this node that subscribe to the topic.</summary>
    public int CountSubscribers(string topic) => topics.TryGetValue(topic, out var live) ? live.Subscribers : 0;

    /// <summary>The topic's value; null when it has none. That of <see cref="ServerStats.Topic"/> is waited for.</summary>
    /// <exception cref="ChatException"><c>bad_recipient</c> or <c>unavailable</c>.</exception>
    public async ValueTask<TopicValue?> GetAsync(string? topic, CancellationToken cancellationToken) =>
        Require(topic) == ServerStats.Topic ? await NextAsync(topic!, cancellationToken) : await log.GetValueAsync(topic!, cancellationToken);

    /// <summary>Subscribes a connection, and returns the present value.</summary>
    /// <remarks>The connection is a subscriber before the value is read, so that none falls between.</remarks>
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
        PublishedValue? present;
        try
        {
            var stored = topic == ServerStats.Topic ? null : await log.GetValueAsync(topic!, cancellationToken);
            present = live.Newest(stored is null ? null : new PublishedValue(stored));
        }
        catch
        {
            Unsubscribe(own, topic);
            throw;
        }
        if (present is null)
            return null;
        if (own.Output.HearsAnswers)
            subscription.Answered(present.Value.Version);
        else
            subscription.Offer(present);
        return present.Value;
    }

    public UnsubscribeAnswer Unsubscribe(TopicSubscriptions own, string? topic)
    {
        if (own.Remove(Require(topic)) is { } subscription)
            Remove(topic!, subscription);
        return new UnsubscribeAnswer(topic!);
    }

    /// <summary>Ends all subscriptions of a connection that is over.</summary>
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

    /// <summary>Whether the topic says how the server is doing: such are for those who run it.</summary>
    public static bool IsServersOwn(string topic) => topic.StartsWith(ServersOwn, StringComparison.Ordinal);

    /// <exception cref="ChatException"><c>bad_recipient</c>.</exception>
    public static string Require(string? topic) =>
        Name.ProblemWithTopic(topic) is { } problem ? throw new ChatException(ChatError.BadRecipient, $"The topic is not a valid name. {problem}") : topic!;

    /// <summary>The value without what only people see in it, and surely one that can be written again.</summary>
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
            throw new ChatException(ChatError.BadRequest, $"A value is valid Unicode and at most {MaxDepth} levels deep.");
        }
        if (json.Length > MaxValueBytes)
            throw new ChatException(ChatError.TooLarge, $"A value has at most {MaxValueBytes} bytes.");
        return JsonElement.Parse(json.ToArray());
    }
}
