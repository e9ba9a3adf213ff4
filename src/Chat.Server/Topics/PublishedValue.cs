using Chat.Protocol;

namespace Chat.Server.Topics;

/// <summary>A value on its way to its subscribers: encoded once for all that speak the same protocol.</summary>
internal sealed class PublishedValue(TopicValue value)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, ReadOnlyMemory<byte>> encoded = [];

    public TopicValue Value => value;

    public ReadOnlyMemory<byte> In(string protocol, Func<TopicValue, ReadOnlyMemory<byte>> encode)
    {
        lock (gate)
            return encoded.TryGetValue(protocol, out var bytes) ? bytes : encoded[protocol] = encode(value);
    }
}
