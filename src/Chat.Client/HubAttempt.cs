using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;

namespace Chat.Client;

/// <summary>One SignalR connection: made for one attempt to connect, and used until it ends.</summary>
/// <remarks>SignalR waits in some phases of a start without looking at the start's token. So an attempt is given up rather than cancelled: its HTTP
/// requests are cut, and the next attempt gets a new connection.</remarks>
internal sealed class HubAttempt : IAsyncDisposable
{
    // Enough to say good-bye to a server that answers.
    private static readonly TimeSpan EndTime = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource cut = new();
    private readonly TaskCompletionSource<Exception?> closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task starting = Task.CompletedTask;

    /// <param name="address">The address of the hub.</param>
    /// <param name="transports">The transports to try.</param>
    /// <param name="accessToken">Makes the token, if the server wants one.</param>
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

    /// <summary>Completes when the connection has ended, with its error.</summary>
    public Task<Exception?> Closed => closed.Task;

    /// <summary>The transport that was begun last; none while the negotiation has no answer.</summary>
    public HttpTransportType Transport { get; private set; } = HttpTransportType.None;

    /// <summary>Whether the server has taken the connection.</summary>
    public bool HasStarted => starting.IsCompletedSuccessfully;

    /// <summary>Connects. When the token is cancelled, this ends although SignalR may still wait: dispose of the attempt then.</summary>
    public Task StartAsync(CancellationToken cancellationToken) => (starting = Hub.StartAsync(cancellationToken)).WaitAsync(cancellationToken);

    /// <summary>Ends the connection. An attempt that is not connected, or cannot say good-bye in time, is cut.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Hub.State != HubConnectionState.Connected)
            await cut.CancelAsync();
        var ending = EndAsync();
        if (await Task.WhenAny(ending, Task.Delay(EndTime)) != ending)
        {
            await cut.CancelAsync();
            await Task.WhenAny(ending, Task.Delay(EndTime));
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
