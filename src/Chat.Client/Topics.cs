using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Chat.Protocol;

namespace Chat.Client;

/// <summary>Keeps subscriptions over connections: each reader is given the newest value that it has not had.</summary>
internal sealed class Topics(ChatConnection connection)
{
    private readonly Dictionary<string, int> readers = [];

    public async IAsyncEnumerable<TopicValue> ReadAsync(string topic, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var newest = Channel.CreateBounded<TopicValue>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        var (version, before) = (long.MinValue, long.MinValue);
        using var ended = connection.Until(cancellationToken);
        Enter(topic);
        connection.ValueReceived += Offer;
        var subscribing = SubscribeAsync();
        try
        {
            await foreach (var value in newest.Reader.ReadAllAsync(ended.Token))
                yield return value;
        }
        finally
        {
            connection.ValueReceived -= Offer;
            await ended.CancelAsync();
            await subscribing;
            Leave(topic);
        }

        // A subscription ends with its connection.
        async Task SubscribeAsync()
        {
            try
            {
                while (true)
                {
                    var life = await connection.UpAsync(ended.Token);
                    lock (newest)
                        before = version;
                    if (await connection.CallAsync<TopicValue?>(nameof(IChatHub.Subscribe), new TopicRequest(topic), ended.Token) is { } value)
                        Offer(value);
                    await life.Ended.WaitAsync(ended.Token);
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
                // Less than on the connection before: the log was replaced, and counts from the beginning.
                if (value.Version < before)
                    version = before = long.MinValue;
                if (value.Version > version && newest.Writer.TryWrite(value))
                    version = value.Version;
            }
        }
    }

    private void Enter(string topic)
    {
        lock (readers)
            readers[topic] = readers.GetValueOrDefault(topic) + 1;
    }

    private void Leave(string topic)
    {
        lock (readers)
            // Called in the lock: the next reader's call must come after this one.
            if (--readers[topic] == 0 && readers.Remove(topic))
                connection.Tell(nameof(IChatHub.Unsubscribe), new TopicRequest(topic));
    }
}
