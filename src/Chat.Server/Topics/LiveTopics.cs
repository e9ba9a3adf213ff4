using System.Collections.Concurrent;
using System.Text.Encodings.Web;
using System.Text.Json;
using Chat.Protocol;
using Chat.Server.Limits;
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

    private readonly ConcurrentDictionary<string, LiveTopic> topics = new(StringComparer.Ordinal);

    /// <summary>Replaces a topic's value; completes once it is durable and its delivery has begun.</summary>
    /// <param name="ifVersion">The only version that may be replaced, 0 for no value; null for any.</param>
    /// <returns>The value; null when the version was another.</returns>
    /// <exception cref="ChatException">The value was refused.</exception>
    public async Task<TopicValue?> PublishAsync(string? topic, JsonElement value, long? ifVersion)
    {
        var draft = new TopicDraft(Require(topic), Normalize(value), ifVersion);
        var published = await log.PublishAsync(draft);
        if (published is not null && topics.TryGetValue(draft.Topic, out var live))
            live.Publish(new PublishedValue(published));
        return published;
    }

    /// <summary>Connections on this node that subscribe to the topic.</summary>
    public int CountSubscribers(string topic) => topics.TryGetValue(topic, out var live) ? live.Subscribers : 0;

    /// <summary>The topic's value; null when it has none.</summary>
    /// <exception cref="ChatException"><c>bad_recipient</c> or <c>unavailable</c>.</exception>
    public ValueTask<TopicValue?> GetAsync(string? topic, CancellationToken cancellationToken) => log.GetValueAsync(Require(topic), cancellationToken);

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
            present = live.Newest(await GetAsync(topic, cancellationToken) is { } read ? new PublishedValue(read) : null);
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
        Name.IsTopic(topic) ? topic! : throw new ChatException(ChatError.BadRecipient, "A topic is $ and 1 to 63 of A-Z a-z 0-9 . _ -");

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
