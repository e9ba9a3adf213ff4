using Chat.Protocol;
using Chat.Server.Configuration;
using Chat.Server.Delivery;

namespace Chat.Server.Operations;

/// <summary>Empties the node before it stops: it admits no connection, and tells each open one when to connect again.</summary>
internal sealed class Drain(ChatServer server, StreamGroups groups, IHostApplicationLifetime lifetime, TimeProvider time) : LifecycleService, IDisposable
{
    /// <summary>The text for connections and requests that come too late.</summary>
    public const string Reason = "The server is stopping.";

    // All batches take less than 8 s, the end of the last connections included. Supervisors give 30 s; the writer commits in the rest.
    private const int Batches = 10;
    private const int LeastBatch = 100;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    // Spreads the clients over time on another node, and is hardly noticed by people.
    private const int LongestRetrySeconds = 10;

    private readonly CancellationTokenSource over = new();
    private volatile bool begun;

    /// <summary>Whether the server is stopping or has failed: it admits no connection and no request any more.</summary>
    public bool HasBegun => begun || HasFailed;

    /// <summary>Whether the server has failed.</summary>
    public bool HasFailed => server.Failure is not null;

    /// <summary>Is cancelled when every connection has its notice. Connections that are still open then are ended.</summary>
    public CancellationToken Over => over.Token;

    /// <summary>Ends a connection that has entered its group after the drain began. Returns at once: the connection closes only when it has entered.</summary>
    public void EndLate(OnlineConnection connection)
    {
        if (HasFailed)
            connection.Control.Fail();
        else
            _ = EndAsync(connection);
    }

    // ApplicationStopping callbacks run in reverse order; this one must run before SignalR's, which sends no notice. The host waits for it.
    public override Task StartedAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStopping.Register(() => RunAsync().GetAwaiter().GetResult());
        return Task.CompletedTask;
    }

    public void Dispose() => over.Dispose();

    /// <summary>Ends a connection with a notice that says when to connect again.</summary>
    private static Task EndAsync(OnlineConnection connection) =>
        connection.Control.EndAsync(Notice.Draining(Random.Shared.Next(1, LongestRetrySeconds + 1)));

    private async Task RunAsync()
    {
        begun = true;
        try
        {
            await NotifyAsync();
        }
        catch (OperationCanceledException)
        {
            // The server has failed: its connections end without notices.
        }
        await over.CancelAsync();
    }

    private async Task NotifyAsync()
    {
        server.Failed.ThrowIfCancellationRequested();
        var connections = groups.All;
        var ending = new List<Task>(connections.Count);
        foreach (var batch in connections.Chunk(Math.Max(LeastBatch, (connections.Count + Batches - 1) / Batches)))
        {
            if (batch[0] != connections[0])
                await Task.Delay(Pause, time, server.Failed);
            ending.AddRange(batch.Select(EndAsync));
        }
        await Task.WhenAll(ending).WaitAsync(server.Failed);
    }
}
