using System.Runtime.CompilerServices;
using Chat.Protocol;

namespace Chat.Client;

/// <summary>Reads the user's streams, each in order. A live message is returned when it is the next of its stream. Missed messages are read from
/// the log, one page at a time, when the consumer reaches them. So memory holds one page and a bounded number of live messages.</summary>
internal sealed class MessageReader
{
    private readonly ChatConnection connection;
    private readonly ChatClientOptions options;
    private volatile LiveMessages? current;

    public MessageReader(ChatConnection connection, ChatClientOptions options)
    {
        (this.connection, this.options) = (connection, options);
        connection.Received += message => current?.Receive(message);
        connection.StateChanged += (state, _) =>
        {
            // Messages may have come before the connection. After a refusal, the read of the log ends the enumeration with the error.
            if (state is ConnectionState.Connected or ConnectionState.Refused)
                MarkMissed();
        };
    }

    /// <summary>Marks that the log has messages that do not come live.</summary>
    public void MarkMissed() => current?.MarkMissed();

    public async IAsyncEnumerable<Message> ReadAsync(Func<StreamReset, ValueTask>? onReset, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var live = new LiveMessages();
        if (Interlocked.CompareExchange(ref current, live, null) is not null)
            throw new InvalidOperationException($"{nameof(ChatClient.ReadMessagesAsync)} is already running. End it before the next one.");
        try
        {
            using var lifetime = connection.LinkToLifetime(cancellationToken);
            var positions = new Positions((await connection.ConnectedAsync(lifetime.Token)).User, options.Positions);
            await positions.LoadAsync(lifetime.Token);
            live.MarkMissed();
            while (true)
            {
                if (await live.NextAsync(lifetime.Token) is not { } message)
                    await foreach (var missed in CatchUpAsync(positions, live, onReset, lifetime.Token))
                        yield return missed;
                else if (positions.Distance(message) is 1)
                {
                    yield return message;
                    await positions.SaveAsync(message.Stream, message.Position);
                }
                else if (positions.Distance(message) is null or > 1)
                    live.MarkMissed();
            }
        }
        finally
        {
            current = null;
        }
    }

    /// <summary>Returns a page of missed messages.</summary>
    private async IAsyncEnumerable<Message> CatchUpAsync(
        Positions positions, LiveMessages live, Func<StreamReset, ValueTask>? onReset, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var stream in await FetchAsync(positions, live, cancellationToken))
        {
            if (!stream.Recovered)
            {
                positions.Reset(stream.Stream);
                await (onReset?.Invoke(new StreamReset(stream.Stream, stream.Reason ?? "")) ?? ValueTask.CompletedTask);
            }
            foreach (var message in stream.Messages)
            {
                yield return message;
                await positions.SaveAsync(message.Stream, message.Position);
                cancellationToken.ThrowIfCancellationRequested();
            }
            // A new stream begins at the confirmed position, or at its head after a reset. It is saved at once, so that confirmations of other
            // devices do not move it.
            if (!positions.Knows(stream.Stream))
                await positions.SaveAsync(stream.Stream, stream.Recovered ? stream.Confirmed : stream.Head);
            if (stream.More)
                live.MarkMissed();
        }
    }

    /// <summary>Reads the next page of each stream.</summary>
    private async Task<List<ResumedStream>> FetchAsync(Positions positions, LiveMessages live, CancellationToken cancellationToken)
    {
        var streams = new List<ResumedStream>();
        try
        {
            foreach (var stream in await ResumeAsync(positions.Of()))
                streams.Add(options.FirstMessages is { } limit && !positions.Knows(stream.Stream) ? await NewestAsync(stream, limit) : stream);
            return streams;
        }
        catch (ChatException e) when (e.Error == ChatError.Forbidden)
        {
            // The user has left a room, perhaps on another device.
            var own = await ResumeAsync(positions.Of(positions.User));
            foreach (var left in positions.Of().Keys.Except(own.Select(stream => stream.Stream)))
                await positions.RemoveAsync(left);
            live.MarkMissed();
            return [];
        }

        async Task<IReadOnlyList<ResumedStream>> ResumeAsync(Dictionary<string, string?> from) =>
            (await connection.CallAsync<ResumeAnswer>(nameof(IChatHub.Resume), new ResumeRequest(from), cancellationToken)).Streams;

        // Repositions the unconfirmed messages. The page may be incomplete, so the next call asks for more.
        async Task<ResumedStream> NewestAsync(ResumedStream stream, int limit)
        {
            IReadOnlyList<Message> newest = limit == 0
                ? []
                : (await connection.CallAsync<ReadAnswer>(nameof(IChatHub.Read), new ReadRequest(stream.Stream, Limit: limit), cancellationToken)).Messages;
            return stream with { Messages = newest, Confirmed = stream.Head, More = newest.Count > 0 };
        }
    }
}
