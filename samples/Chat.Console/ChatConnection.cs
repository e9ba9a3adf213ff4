using Chat.Protocol;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Terminal;

/// <summary>A connection to <c>/chat</c> that is made again whenever it ends, until the server refuses the user.</summary>
internal sealed class ChatConnection : IAsyncDisposable
{
    private readonly HubConnection hub;
    private readonly TaskCompletionSource refused = Signal();
    private volatile TaskCompletionSource up = Signal();
    private volatile bool stopping;

    public ChatConnection(Uri server, string user)
    {
        hub = new HubConnectionBuilder()
            .WithUrl($"{server.AbsoluteUri.TrimEnd('/')}/chat?userid={Uri.EscapeDataString(user)}")
            .WithAutomaticReconnect(new ReconnectForEver())
            .AddJsonProtocol(json => json.PayloadSerializerOptions.TypeInfoResolverChain.Insert(0, ChatJson.Default))
            .Build();
        hub.On<Message>(nameof(IChatClient.ReceiveMessage), message => Received?.Invoke(message));
        hub.On<Notice>(nameof(IChatClient.ReceiveNotice), notice => Output.Say(notice.Text));
        hub.Reconnecting += _ => Done(Lost);
        hub.Reconnected += _ => Done(() => Up("connected again"));
        // Automatic reconnect neither makes the first connection nor follows an end that the server asked for.
        hub.Closed += _ => stopping ? Task.CompletedTask : ConnectAsync();
    }

    public event Action? Connected;
    public event Action<Message>? Received;

    /// <summary>Completes when the server does not accept the user: there will be no further connection.</summary>
    public Task Refused => refused.Task;

    public void Start() => _ = ConnectAsync();

    /// <summary>Attempts something whenever there is a connection, until an attempt returns true. One that throws has failed: the connection has
    /// ended, or the log does not answer now.</summary>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    public async Task UntilDoneAsync(Func<Task<bool>> attempt, CancellationToken givenUp)
    {
        for (var failures = 0; !await TryAsync(attempt, givenUp); failures++)
            await Task.Delay(ReconnectForEver.Delay(failures), givenUp);
    }

    public Task<T> CallAsync<T>(string method, object request, CancellationToken cancellationToken) => hub.InvokeAsync<T>(method, request, cancellationToken);

    public ValueTask DisposeAsync()
    {
        stopping = true;
        return hub.DisposeAsync();
    }

    private async Task<bool> TryAsync(Func<Task<bool>> attempt, CancellationToken givenUp)
    {
        await up.Task.WaitAsync(givenUp);
        try
        {
            return await attempt();
        }
        catch (Exception) when (!givenUp.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task ConnectAsync()
    {
        Lost();
        for (var attempt = 0; !stopping; attempt++)
            try
            {
                await hub.StartAsync();
                Up("connected");
                return;
            }
            catch (Exception e) when (ReconnectForEver.IsRefusal(e))
            {
                refused.TrySetResult();
                return;
            }
            catch (Exception) when (!stopping)
            {
                if (attempt == 0)
                    Output.Say("the server does not answer, trying again");
                await Task.Delay(ReconnectForEver.Delay(attempt));
            }
    }

    private void Up(string text)
    {
        Output.Say(text);
        up.TrySetResult();
        Connected?.Invoke();
    }

    private void Lost()
    {
        if (!up.Task.IsCompleted)
            return;
        Output.Say("connection lost, trying again");
        up = Signal();
    }

    private static Task Done(Action action)
    {
        action();
        return Task.CompletedTask;
    }

    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
