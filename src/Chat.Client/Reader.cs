using System.Runtime.CompilerServices;
using Chat.Protocol;

namespace Chat.Client;

/// <summary>Gives a consumer what the user's streams hold. What is missing is read from the log when the consumer has taken all there is, so a slow
/// one keeps nothing but what its inbox holds.</summary>
internal sealed class Reader(ChatConnection connection, ChatClientOptions options)
{
    private int reading;
    private volatile Inbox? current;

    public async IAsyncEnumerable<Message> ReadAsync(Func<StreamReset, ValueTask>? onReset, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref reading, 1) != 0)
            throw new InvalidOperationException("The messages are being read already.");
        using var ended = connection.Until(cancellationToken);
        Inbox? inbox = null;
        try
        {
            var user = (await connection.UpAsync(ended.Token)).User;
            inbox = new Inbox(await options.Positions.LoadAsync(user, ended.Token));
            current = inbox;
            connection.Received += inbox.Receive;
            connection.StateChanged += Miss;
            while (true)
            {
                while (inbox.TryTake(out var delivery))
                {
                    if (delivery.Reset is { } reset)
                    {
                        await (onReset?.Invoke(reset) ?? ValueTask.CompletedTask);
                        continue;
                    }
                    if (delivery.Message is { } message)
                        yield return message;
                    await options.Positions.SaveAsync(user, delivery.Stream, delivery.Position);
                    ended.Token.ThrowIfCancellationRequested();
                }
                if (inbox.IsBehind)
                    await CatchUpAsync(inbox, user, ended.Token);
                else
                    await inbox.ChangedAsync(ended.Token);
            }
        }
        finally
        {
            if (inbox is not null)
            {
                connection.Received -= inbox.Receive;
                connection.StateChanged -= Miss;
            }
            current = null;
            reading = 0;
        }

        void Miss(ConnectionState state, Exception? why) => inbox?.Miss();
    }

    /// <summary>There is a stream that the reader does not know yet.</summary>
    public void Miss() => current?.Miss();

    /// <summary>Reads on until there is something for the consumer, or nothing is missing.</summary>
    private async Task CatchUpAsync(Inbox inbox, string user, CancellationToken cancellationToken)
    {
        for (var failures = 0; ; failures++)
        {
            await connection.UpAsync(cancellationToken);
            await FetchAsync(inbox, user, cancellationToken);
            if (inbox.HasReady || !inbox.IsBehind)
                return;
            await connection.PauseAsync(failures, cancellationToken);
        }
    }

    private async Task FetchAsync(Inbox inbox, string user, CancellationToken cancellationToken)
    {
        var positions = inbox.BeginCatchUp();
        try
        {
            var streams = await ResumeAsync(positions);
            foreach (var stream in streams)
                inbox.Apply(stream, options.FirstMessages is { } limit && !positions.ContainsKey(stream.Stream) ? await NewestAsync(stream.Stream, limit) : null);
            inbox.Keep(streams.Select(stream => stream.Stream));
        }
        catch (ChatException e) when (e.Error == ChatError.Forbidden)
        {
            // A room was among them that the user has left, perhaps on another device.
            inbox.Keep((await ResumeAsync(positions.Where(stream => stream.Key == user).ToDictionary())).Select(stream => stream.Stream));
            inbox.Miss();
        }

        async Task<IReadOnlyList<ResumedStream>> ResumeAsync(Dictionary<string, string?> from) =>
            (await connection.CallAsync<ResumeAnswer>(nameof(IChatHub.Resume), new ResumeRequest(from), cancellationToken)).Streams;

        async Task<IReadOnlyList<Message>> NewestAsync(string stream, int limit) => limit == 0
            ? []
            : (await connection.CallAsync<ReadAnswer>(nameof(IChatHub.Read), new ReadRequest(stream, Limit: limit), cancellationToken)).Messages;
    }
}
