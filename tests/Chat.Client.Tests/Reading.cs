using System.Threading.Channels;
using Chat.Server.Tests.Running;

namespace Chat.Client.Tests;

/// <summary>A consumer that reads messages until it is disposed of.</summary>
internal sealed class Reading : IAsyncDisposable
{
    private readonly Channel<string> events = Channel.CreateUnbounded<string>();
    private readonly CancellationTokenSource stop = new();

    public Reading(ChatClient client) => Task = RunAsync(client);

    /// <summary>Completes when the enumeration ends.</summary>
    public Task Task { get; }

    /// <summary>Returns the next event: a message as <c>stream: content</c>, a reset as <c>stream! reason</c>.</summary>
    public Task<string> NextAsync() => Wait.ForAsync(events.Reader.ReadAsync().AsTask(), "A message");

    public async Task<List<string>> NextAsync(int count)
    {
        var next = new List<string>();
        while (next.Count < count)
            next.Add(await NextAsync());
        return next;
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task RunAsync(ChatClient client)
    {
        try
        {
            await foreach (var message in client.ReadMessagesAsync(OnReset, stop.Token))
                events.Writer.TryWrite($"{message.Stream}: {message.Content}");
        }
        catch (Exception e)
        {
            events.Writer.Complete(e);
            throw;
        }
    }

    private ValueTask OnReset(StreamReset reset) => events.Writer.WriteAsync($"{reset.Stream}! {reset.Reason}");
}
