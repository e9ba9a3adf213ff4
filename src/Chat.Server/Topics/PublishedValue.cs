using Chat.Protocol;

namespace Chat.Server.Topics;

/// <summary>A value for the subscribers of a topic, encoded once for each protocol.</summary>
internal sealed class PublishedValue(TopicValue value)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, ReadOnlyMemory<byte>> encoded = [];

    public TopicValue Value => value;

    /// <summary>Returns the value in a protocol's encoding.</summary>
    public ReadOnlyMemory<byte> In(string protocol, Func<TopicValue, ReadOnlyMemory<byte>> encode)
    {
        lock (gate)
            return encoded.TryGetValue(protocol, out var bytes) ? bytes : encoded[protocol] = encode(value);
    }
}
