using System.Text.Json;
using System.Text.Json.Serialization;

namespace Chat.Protocol;

/// <summary>The value of a topic: the last one that was published.</summary>
/// <param name="Topic">The topic, <c>$</c> included.</param>
/// <param name="Value">Any JSON value.</param>
/// <param name="Version">Grows with every value, by one as a rule. Of two values that overtake each other the higher version counts.</param>
/// <param name="PublishedAt">When the log took it.</param>
public sealed record TopicValue(
    string Topic,
    JsonElement Value,
    long Version,
    [property: JsonConverter(typeof(UtcMillisecondsConverter))] DateTimeOffset PublishedAt)
{
    /// <summary>Names the value without saying it: the framework logs arguments.</summary>
    public override string ToString() => $"version {Version} of {Topic}";
}
