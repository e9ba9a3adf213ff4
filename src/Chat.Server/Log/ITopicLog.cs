using System.Text.Json;
using Chat.Protocol;

namespace Chat.Server.Log;

/// <summary>Stores the last value of every topic.</summary>
/// <remarks>Safe for concurrent callers; throws only <see cref="LogUnavailableException"/>, or on cancellation.</remarks>
internal interface ITopicLog
{
    /// <summary>Replaces the topic's value. Its version is above every earlier version of the topic. Completes when the value is durable.</summary>
    /// <remarks>The log orders the call before it returns.</remarks>
    /// <returns>The new value; null if the topic does not have the expected version.</returns>
    Task<TopicValue?> PublishAsync(PendingTopicValue value);

    /// <summary>Returns the topic's value; null if it has none.</summary>
    ValueTask<TopicValue?> GetValueAsync(string topic, CancellationToken cancellationToken);
}

/// <summary>A value before it is published.</summary>
/// <param name="IfVersion">The expected version, 0 for no value; null for any.</param>
internal sealed record PendingTopicValue(string Topic, JsonElement Value, long? IfVersion)
{
    public override string ToString() => $"value of {Topic}";
}
