using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;

namespace Chat.Client;

/// <summary>A SignalR connection for one attempt to connect, used until it ends.</summary>
/// <remarks>SignalR ignores the token in some phases of a start. So an attempt is abandoned and not cancelled: its HTTP requests are aborted, and
/// the next attempt gets a new connection.</remarks>
internal sealed class HubAttempt : IAsyncDisposable
{
    // Enough for a close handshake with a server that answers.
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource cut = new();
    private readonly TaskCompletionSource<Exception?> closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task starting = Task.CompletedTask;

    /// <param name="address">The address of the hub.</param>
    /// <param name="transports">The transports to try.</param>
    /// <param name="accessToken">Returns the token; null without one.</param>
    /// <param name="configure">Adds the protocol.</param>
    public HubAttempt(string address, HttpTransportType transports, Func<Task<string?>>? accessToken, Action<IHubConnectionBuilder> configure)
    {
        var builder = new HubConnectionBuilder().WithUrl(address, transports, http =>
        {
            http.AccessTokenProvider = accessToken;
            http.WebSocketConfiguration = _ => Transport = HttpTransportType.WebSockets;
            http.HttpMessageHandlerFactory = inner => new AttemptHandler(inner, transport => Transport = transport, cut.Token);
        });
        configure(builder);
        Hub = builder.Build();
        Hub.Closed += error => Task.FromResult(closed.TrySetResult(error));
    }

    public HubConnection Hub { get; }

    /// <summary>Completes when the connection has ended, with its error or null.</summary>
    public Task<Exception?> Closed => closed.Task;

    /// <summary>The transport that was started last; <c>None</c> until negotiate is answered.</summary>
    public HttpTransportType Transport { get; private set; } = HttpTransportType.None;

    /// <summary>Whether the server has accepted the connection.</summary>
    public bool HasStarted => starting.IsCompletedSuccessfully;

    /// <summary>Connects. A cancelled token ends this method, but SignalR may still wait: dispose of the attempt then.</summary>
    public Task StartAsync(CancellationToken cancellationToken) => (starting = Hub.StartAsync(cancellationToken)).WaitAsync(cancellationToken);

    /// <summary>Ends the connection. Aborts one that is not connected or does not close in time.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Hub.State != HubConnectionState.Connected)
            await cut.CancelAsync();
        var ending = EndAsync();
        if (await Task.WhenAny(ending, Task.Delay(CloseTimeout)) != ending)
        {
            await cut.CancelAsync();
            await Task.WhenAny(ending, Task.Delay(CloseTimeout));
        }
        closed.TrySetResult(null);
        cut.Dispose();
    }

    private async Task EndAsync()
    {
        await Hub.DisposeAsync();
        await starting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
