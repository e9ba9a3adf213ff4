using System.Text.Json;
using System.Text.Json.Serialization;

namespace Chat.Protocol;

/// <summary>A value of a topic.</summary>
/// <param name="Topic">The topic, including <c>$</c>.</param>
/// <param name="Value">Any JSON value.</param>
/// <param name="Version">Grows with every value, usually by one. If values arrive out of order, the higher version counts.</param>
/// <param name="PublishedAt">The time of the append, in UTC.</param>
public sealed record TopicValue(
    string Topic,
    JsonElement Value,
    long Version,
    [property: JsonConverter(typeof(UtcMillisecondsConverter))] DateTimeOffset PublishedAt)
{
    /// <summary>Returns topic and version without the value: the framework logs arguments.</summary>
    public override string ToString() => $"version {Version} of {Topic}";
}
