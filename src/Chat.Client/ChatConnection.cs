using System.Net;
using System.Text.Json;
using Chat.Protocol;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Client;

/// <summary>A connection to <c>/chat</c> that is made again whenever it ends, until the server refuses the user.</summary>
/// <remarks>SignalR's own automatic reconnect covers neither the first connection nor an end that the server asked for, so there is one loop for all.</remarks>
internal sealed class ChatConnection : IAsyncDisposable
{
    // One that ends sooner than this is no reason to start again with short waits.
    private static readonly TimeSpan Lasting = TimeSpan.FromSeconds(5);

    private readonly ChatClientOptions options;
    private readonly HubConnection hub;
    private readonly CancellationTokenSource stopping = new();
    private readonly Lazy<Task> running;
    private volatile TaskCompletionSource<Life> up = Signal<Life>();
    private volatile TaskCompletionSource<Exception?> closed = Signal<Exception?>();
    private volatile ChatException? refusal;
    private volatile string? user;
    private JsonSerializerOptions? payload;
    private TimeSpan askedToWait;

    public ChatConnection(ChatClientOptions options)
    {
        this.options = options;
        user = options.User;
        running = new Lazy<Task>(() => Task.Run(RunAsync));
        var query = user is null ? "" : $"?userid={Uri.EscapeDataString(user)}";
        hub = new HubConnectionBuilder()
            .WithUrl($"{options.Server.AbsoluteUri.TrimEnd('/')}/chat{query}", http =>
            {
                if (options.AccessToken is { } token)
                    http.AccessTokenProvider = () => token(stopping.Token);
            })
            .AddJsonProtocol(json => (payload = json.PayloadSerializerOptions).TypeInfoResolverChain.Insert(0, ChatJson.Default))
            .Build();
        hub.On<Message>(nameof(IChatClient.ReceiveMessage), message => Received?.Invoke(message));
        hub.On<TopicValue>(nameof(IChatClient.ReceiveValue), value => ValueReceived?.Invoke(value));
        hub.On<ReadMark>(nameof(IChatClient.ReceiveRead), read => ReadReceived?.Invoke(read));
        hub.On<Notice>(nameof(IChatClient.ReceiveNotice), Take);
        hub.Closed += error => Task.FromResult(closed.TrySetResult(error));
    }

    public event Action<Message>? Received;
    public event Action<TopicValue>? ValueReceived;
    public event Action<ReadMark>? ReadReceived;
    public event Action<Notice>? NoticeReceived;
    public event Action<ConnectionState, Exception?>? StateChanged;

    public ConnectionState State { get; private set; }

    /// <summary>Waits until there is a connection, and returns it.</summary>
    /// <exception cref="ChatException">There will be none: the server refuses the user.</exception>
    public Task<Life> UpAsync(CancellationToken cancellationToken)
    {
        _ = running.Value;
        return up.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Makes a call, again after every lost connection and every refusal that may be retried, until it is answered.</summary>
    /// <exception cref="ChatException">It is refused.</exception>
    /// <exception cref="HubException">It failed on the server, and not with a refusal.</exception>
    public async Task<T> CallAsync<T>(string method, object request, CancellationToken cancellationToken)
    {
        using var givenUp = Until(cancellationToken);
        for (var failures = 0; ; failures++)
        {
            var life = await UpAsync(givenUp.Token);
            try
            {
                return await hub.InvokeAsync<T>(method, request, givenUp.Token);
            }
            catch (Exception e)
            {
                var refusal = e is HubException ? ChatError.FromHubError(e.Message) : null;
                if (refusal is ({ Retryable: false } error, var text))
                    throw new ChatException(error, text, e);
                // Ends here when it is given up, whatever it failed with.
                await PauseAsync(failures, givenUp.Token);
                if (refusal is not null)
                    continue;
                if (!IsReadable(request))
                    throw new ChatException(ChatError.TooLarge, "The call is larger than the server reads.", e);
                // A connection that ends with an error fails its calls with that error; when it stands after the pause, this one was the answer.
                if (e is HubException && !life.Ended.IsCompleted)
                    throw;
            }
        }
    }

    /// <summary>Makes a call on the connection that there is, if there is one, and does not ask what becomes of it.</summary>
    public void Tell(string method, object request) => _ = hub.SendAsync(method, request, stopping.Token);

    public Task PauseAsync(int failures, CancellationToken cancellationToken) => Task.Delay(options.Delay(failures), options.Time, cancellationToken);

    /// <summary>Is cancelled with the token, and when the client is disposed of.</summary>
    public CancellationTokenSource Until(CancellationToken cancellationToken) => CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stopping.Token);

    public async ValueTask DisposeAsync()
    {
        if (stopping.IsCancellationRequested)
            return;
        await stopping.CancelAsync();
        if (running.IsValueCreated)
            await running.Value;
        await hub.DisposeAsync();
        Enter(ConnectionState.Closed);
    }

    private async Task RunAsync()
    {
        for (var failures = 0; !stopping.IsCancellationRequested; failures++)
        {
            Exception? error;
            try
            {
                closed = Signal<Exception?>();
                await hub.StartAsync(stopping.Token);
                user ??= (await hub.InvokeAsync<ResumeAnswer>(nameof(IChatHub.Resume), new ResumeRequest(), stopping.Token)).User;
                var begun = options.Time.GetTimestamp();
                Enter(ConnectionState.Connected);
                up.TrySetResult(new Life(user, closed.Task));
                error = await closed.Task.WaitAsync(stopping.Token);
                if (options.Time.GetElapsedTime(begun) > Lasting)
                    failures = 0;
            }
            catch (Exception e)
            {
                error = e;
                await hub.StopAsync(CancellationToken.None);
            }
            if (up.Task.IsCompleted)
                up = Signal<Life>();
            if ((refusal ?? RefusalIn(error)) is { } refused)
            {
                up.TrySetException(refused);
                Enter(ConnectionState.Refused, refused);
                return;
            }
            if (!stopping.IsCancellationRequested)
                await WaitAsync(failures, error);
        }
    }

    private async Task WaitAsync(int failures, Exception? error)
    {
        Enter(ConnectionState.Reconnecting, error);
        var (wait, asked) = (options.Delay(failures), askedToWait);
        askedToWait = TimeSpan.Zero;
        await Task.Delay(asked > wait ? asked : wait, options.Time, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Take(Notice notice)
    {
        askedToWait = TimeSpan.FromSeconds(notice.RetryAfter ?? 0);
        if (notice.Code == Notice.Kicked.Code || notice.Code == Notice.Banned.Code)
            refusal = new ChatException(ChatError.Forbidden, notice.Text);
        NoticeReceived?.Invoke(notice);
    }

    private void Enter(ConnectionState state, Exception? why = null)
    {
        if (State == state)
            return;
        State = state;
        try
        {
            StateChanged?.Invoke(state, why);
        }
        catch (Exception)
        {
            // A listener's fault must not end the connection; SignalR treats those of its handlers alike.
        }
    }

    // The server ends the connection at a larger call, and would at each further attempt. A call has less than 100 bytes around its request.
    private bool IsReadable(object request) =>
        JsonSerializer.SerializeToUtf8Bytes(request, request.GetType(), payload).Length + 100 <= SendRequest.MaxCallBytes(options.MaxContentBytes);

    private static ChatException? RefusalIn(Exception? e) => (e as HttpRequestException)?.StatusCode switch
    {
        HttpStatusCode.Unauthorized => new ChatException(ChatError.Unauthenticated, inner: e),
        HttpStatusCode.Forbidden => new ChatException(ChatError.Forbidden, "The server does not accept this user.", e),
        _ => null,
    };

    private static TaskCompletionSource<T> Signal<T>() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>One connection, from its beginning to its end.</summary>
/// <param name="User">Whose it is.</param>
/// <param name="Ended">Completes with it.</param>
internal sealed record Life(string User, Task Ended);
