using System.Runtime.CompilerServices;
using Chat.Protocol;

namespace Chat.Client;

/// <summary>Gives a consumer what the user's streams hold, each in order. A live message is given when it is the next of its stream. What is
/// missing is read from the log, a page at a time, when the consumer has come so far: a slow one keeps that page and a bounded number of live
/// messages, no more.</summary>
internal sealed class Reader
{
    private readonly ChatConnection connection;
    private readonly ChatClientOptions options;
    private volatile LiveMessages? current;

    public Reader(ChatConnection connection, ChatClientOptions options)
    {
        (this.connection, this.options) = (connection, options);
        connection.Received += message => current?.Receive(message);
        connection.StateChanged += (state, _) =>
        {
            // Nobody knows what came before the connection; nor, without asking, that none will come.
            if (state is ConnectionState.Connected or ConnectionState.Refused)
                Miss();
        };
    }

    /// <summary>There is something in the log that does not come live.</summary>
    public void Miss() => current?.Miss();

    public async IAsyncEnumerable<Message> ReadAsync(Func<StreamReset, ValueTask>? onReset, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var live = new LiveMessages();
        if (Interlocked.CompareExchange(ref current, live, null) is not null)
            throw new InvalidOperationException("The messages are being read already.");
        try
        {
            using var ended = connection.Until(cancellationToken);
            var places = new Places((await connection.UpAsync(ended.Token)).User, options.Positions);
            await places.LoadAsync(ended.Token);
            live.Miss();
            while (true)
            {
                if (await live.NextAsync(ended.Token) is not { } message)
                    await foreach (var missed in CatchUpAsync(places, live, onReset, ended.Token))
                        yield return missed;
                else if (places.Distance(message) is 1)
                {
                    yield return message;
                    await places.SaveAsync(message.Stream, message.Position);
                }
                else if (places.Distance(message) is null or > 1)
                    live.Miss();
            }
        }
        finally
        {
            current = null;
        }
    }

    /// <summary>Gives a page of what is missing.</summary>
    private async IAsyncEnumerable<Message> CatchUpAsync(
        Places places, LiveMessages live, Func<StreamReset, ValueTask>? onReset, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var stream in await FetchAsync(places, live, cancellationToken))
        {
            if (!stream.Recovered)
            {
                places.Leave(stream.Stream);
                await (onReset?.Invoke(new StreamReset(stream.Stream, stream.Reason ?? "")) ?? ValueTask.CompletedTask);
            }
            foreach (var message in stream.Messages)
            {
                yield return message;
                await places.SaveAsync(message.Stream, message.Position);
                cancellationToken.ThrowIfCancellationRequested();
            }
            // It begins where the answer did: at the confirmed position, or at the end when all before it is gone. Remembered at once:
            // what other devices confirm meanwhile does not move this one.
            if (!places.Knows(stream.Stream))
                await places.SaveAsync(stream.Stream, stream.Recovered ? stream.Confirmed : stream.Head);
            if (stream.More)
                live.Miss();
        }
    }

    /// <summary>Reads a page of what follows in each stream.</summary>
    private async Task<List<ResumedStream>> FetchAsync(Places places, LiveMessages live, CancellationToken cancellationToken)
    {
        var streams = new List<ResumedStream>();
        try
        {
            foreach (var stream in await ResumeAsync(places.Of()))
                streams.Add(options.FirstMessages is { } limit && !places.Knows(stream.Stream) ? await NewestAsync(stream, limit) : stream);
            return streams;
        }
        catch (ChatException e) when (e.Error == ChatError.Forbidden)
        {
            // A room was among them that the user has left, perhaps on another device.
            var own = await ResumeAsync(places.Of(places.User));
            foreach (var left in places.Of().Keys.Except(own.Select(stream => stream.Stream)))
                await places.ForgetAsync(left);
            live.Miss();
            return [];
        }

        async Task<IReadOnlyList<ResumedStream>> ResumeAsync(Dictionary<string, string?> from) =>
            (await connection.CallAsync<ResumeAnswer>(nameof(IChatHub.Resume), new ResumeRequest(from), cancellationToken)).Streams;

        // In the place of what was not confirmed. The page may have been cut: whether more follows is asked.
        async Task<ResumedStream> NewestAsync(ResumedStream stream, int limit)
        {
            IReadOnlyList<Message> newest = limit == 0
                ? []
                : (await connection.CallAsync<ReadAnswer>(nameof(IChatHub.Read), new ReadRequest(stream.Stream, Limit: limit), cancellationToken)).Messages;
            return stream with { Messages = newest, Confirmed = stream.Head, More = newest.Count > 0 };
        }
    }
}
