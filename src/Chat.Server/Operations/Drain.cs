using Chat.Protocol;
using Chat.Server.Configuration;
using Chat.Server.Delivery;

namespace Chat.Server.Operations;

/// <summary>Empties the node before it stops: nobody new is let in, and whoever is here is told to come back in a while.</summary>
internal sealed class Drain(ChatServer server, StreamGroups groups, IHostApplicationLifetime lifetime, TimeProvider time) : LifecycleService, IDisposable
{
    /// <summary>What whoever comes now is told.</summary>
    public const string Reason = "The server is stopping.";

    // All together, and the last of them gone, that is less than eight seconds of the thirty that a host gives; the rest is for what was
    // accepted to become durable.
    private const int Batches = 10;
    private const int LeastBatch = 100;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    // Long enough for another node to take them in turn, short enough for people not to notice.
    private const int LongestRetrySeconds = 10;

    private readonly CancellationTokenSource over = new();
    private volatile bool begun;

    /// <summary>Whether the server is stopping or has failed: it admits no connection and no request any more.</summary>
    public bool HasBegun => begun || server.Failure is not null;

    /// <summary>Cancelled when everybody was told: whoever is still connected is ended.</summary>
    public CancellationToken Over => over.Token;

    // Registered last, and so called first: SignalR would end its connections without a word. The host waits for such calls.
    public override Task StartedAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStopping.Register(() => RunAsync().GetAwaiter().GetResult());
        return Task.CompletedTask;
    }

    public void Dispose() => over.Dispose();

    private async Task RunAsync()
    {
        begun = true;
        if (server.Failure is not null)
        {
            await over.CancelAsync();
            return;
        }
        var connections = groups.All;
        var ending = new List<Task>(connections.Count);
        foreach (var batch in connections.Chunk(Math.Max(LeastBatch, (connections.Count + Batches - 1) / Batches)))
        {
            if (batch[0] != connections[0])
                await Task.Delay(Pause, time);
            ending.AddRange(batch.Select(connection => connection.Control.EndAsync(Notice.Draining(Random.Shared.Next(1, LongestRetrySeconds + 1)))));
        }
        await Task.WhenAll(ending);
        await over.CancelAsync();
    }
}
