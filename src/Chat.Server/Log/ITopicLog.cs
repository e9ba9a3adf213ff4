using System.Text.Json;
using Chat.Protocol;

namespace Chat.Server.Log;

/// <summary>The last value of every topic, durable.</summary>
/// <remarks>Safe for concurrent callers; throws only <see cref="LogUnavailableException"/>, or on cancellation.</remarks>
internal interface ITopicLog
{
    /// <summary>Replaces the topic's value; its version is one above every version that the topic had. Completes once it is durable.</summary>
    /// <remarks>Takes its place in the order before it returns.</remarks>
    /// <returns>The new value; null when the version was not the one to be replaced.</returns>
    Task<TopicValue?> PublishAsync(PendingTopicValue draft);

    /// <summary>The topic's value; null when it has none.</summary>
    ValueTask<TopicValue?> GetValueAsync(string topic, CancellationToken cancellationToken);
}

/// <summary>A value before it is published.</summary>
/// <param name="IfVersion">The only version that it may replace, 0 for no value; null replaces any.</param>
internal sealed record PendingTopicValue(string Topic, JsonElement Value, long? IfVersion)
{
    public override string ToString() => $"value of {Topic}";
}
