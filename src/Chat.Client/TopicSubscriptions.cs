using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Chat.Protocol;

namespace Chat.Client;

/// <summary>Keeps subscriptions over reconnects. Each subscriber gets the newest value that it has not had. Thread-safe.</summary>
internal sealed class TopicSubscriptions(ChatConnection connection)
{
    private readonly Dictionary<string, int> subscribers = [];

    public async IAsyncEnumerable<TopicValue> ReadAsync(string topic, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var newest = Channel.CreateBounded<TopicValue>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        var (version, previous) = (long.MinValue, long.MinValue);
        using var lifetime = connection.LinkToLifetime(cancellationToken);
        Add(topic);
        connection.ValueReceived += Offer;
        var subscribing = SubscribeAsync();
        try
        {
            await foreach (var value in newest.Reader.ReadAllAsync(lifetime.Token))
                yield return value;
        }
        finally
        {
            connection.ValueReceived -= Offer;
            await lifetime.CancelAsync();
            await subscribing;
            Remove(topic);
        }

        // A subscription ends with its connection, so every connection subscribes again.
        async Task SubscribeAsync()
        {
            try
            {
                while (true)
                {
                    var open = await connection.ConnectedAsync(lifetime.Token);
                    lock (newest)
                        previous = version;
                    if (await connection.CallAsync<TopicValue?>(nameof(IChatHub.Subscribe), new TopicRequest(topic), lifetime.Token) is { } value)
                        Offer(value);
                    await open.Ended.WaitAsync(lifetime.Token);
                }
            }
            catch (Exception e)
            {
                newest.Writer.Complete(e);
            }
        }

        void Offer(TopicValue value)
        {
            if (value.Topic != topic)
                return;
            lock (newest)
            {
                // A lower version than on the previous connection: the log was replaced, and versions begin again.
                if (value.Version < previous)
                    version = previous = long.MinValue;
                if (value.Version > version && newest.Writer.TryWrite(value))
                    version = value.Version;
            }
        }
    }

    private void Add(string topic)
    {
        lock (subscribers)
            subscribers[topic] = subscribers.GetValueOrDefault(topic) + 1;
    }

    private void Remove(string topic)
    {
        lock (subscribers)
            // Called under the lock: the next subscriber's call must come after this one.
            if (--subscribers[topic] == 0 && subscribers.Remove(topic))
                connection.CallWithoutAnswer(nameof(IChatHub.Unsubscribe), new TopicRequest(topic));
    }
}
