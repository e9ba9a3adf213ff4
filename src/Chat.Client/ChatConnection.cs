using Chat.Protocol;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Chat.Client;

/// <summary>Keeps a connection to <c>/chat</c> and reconnects when it ends, until the server refuses the user. Thread-safe.</summary>
/// <remarks>SignalR's automatic reconnect covers neither the first connection nor an end that the server requested. So one loop handles all cases.</remarks>
internal sealed class ChatConnection : IAsyncDisposable
{
    // A connection that ends sooner does not reset the waits.
    private static readonly TimeSpan StableTime = TimeSpan.FromSeconds(5);

    private readonly ChatClientOptions options;
    private readonly string address;
    private readonly TransportChoice choice;
    private readonly CallSize size;
    private readonly CancellationTokenSource stopping = new();
    private readonly Lazy<Task> running;
    private volatile TaskCompletionSource<OpenConnection> connected = Signal<OpenConnection>();
    private volatile ChatException? refusal;
    private volatile string? user;
    private TimeSpan requestedWait;

    public ChatConnection(ChatClientOptions options)
    {
        this.options = options;
        user = options.User;
        running = new Lazy<Task>(() => Task.Run(RunAsync));
        var query = user is null ? "" : $"?userid={Uri.EscapeDataString(user)}";
        address = $"{options.Server.AbsoluteUri.TrimEnd('/')}/chat{query}";
        choice = new TransportChoice(options.ConnectTimeout);
        size = new CallSize(options);
    }

    public event Action<Message>? Received;
    public event Action<TopicValue>? ValueReceived;
    public event Action<ReadMark>? ReadReceived;
    public event Action<Notice>? NoticeReceived;
    public event Action<ConnectionState, Exception?>? StateChanged;

    public ConnectionState State { get; private set; }

    /// <summary>Starts the connection if needed, waits until it is connected, and returns it.</summary>
    /// <exception cref="ChatException">The server refuses the user.</exception>
    public Task<OpenConnection> ConnectedAsync(CancellationToken cancellationToken)
    {
        _ = running.Value;
        return connected.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Makes a call, and repeats it after a lost connection or a retryable refusal, until it is answered.</summary>
    /// <exception cref="ChatException">The server refuses the call.</exception>
    /// <exception cref="HubException">The call failed on the server without a refusal.</exception>
    public async Task<T> CallAsync<T>(string method, object request, CancellationToken cancellationToken)
    {
        using var lifetime = LinkToLifetime(cancellationToken);
        for (var failures = 0; ; failures++)
        {
            var open = await ConnectedAsync(lifetime.Token);
            try
            {
                return await open.Hub.InvokeAsync<T>(method, request, lifetime.Token);
            }
            catch (Exception e)
            {
                var refusal = e is HubException ? ChatError.FromHubError(e.Message) : null;
                if (refusal is (_, var limitText) && CallLimit.Read(limitText) is { } limit)
                {
                    if (size.RefusalOver(request, limitText, limit, e) is { } tooLarge)
                        throw tooLarge;
                    refusal = null; // another call was too large; the connection ended for all calls
                }
                if (refusal is ({ Retryable: false } error, var text))
                    throw new ChatException(error, text, e);
                // A cancelled call ends here, whatever its failure.
                await PauseAsync(failures, lifetime.Token);
                if (refusal is not null)
                    continue;
                if (size.RefusalByOption(request, e) is { } overOption)
                    throw overOption;
                // A connection that ends with an error fails its calls with the same error. If it is still open after the pause, the error is
                // the call's own.
                if (e is HubException && !open.Ended.IsCompleted)
                    throw;
            }
        }
    }

    /// <summary>Makes a call without waiting for its answer. Does nothing without a connection.</summary>
    public void CallWithoutAnswer(string method, object request)
    {
        if (connected.Task is { IsCompletedSuccessfully: true, Result.Hub: var hub })
            _ = hub.SendAsync(method, request, stopping.Token);
    }

    public Task PauseAsync(int failures, CancellationToken cancellationToken) => Task.Delay(options.Delay(failures), options.Time, cancellationToken);

    /// <summary>Returns a source that is cancelled with the token, and when the client is disposed of.</summary>
    public CancellationTokenSource LinkToLifetime(CancellationToken cancellationToken) =>
        CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stopping.Token);

    public async ValueTask DisposeAsync()
    {
        if (stopping.IsCancellationRequested)
            return;
        await stopping.CancelAsync();
        if (running.IsValueCreated)
            await running.Value;
        SetState(ConnectionState.Closed);
    }

    private async Task RunAsync()
    {
        for (var failures = 0; !stopping.IsCancellationRequested; failures++)
        {
            Exception? error;
            var attempt = Attempt();
            try
            {
                user = await StartAsync(attempt);
                choice.OnConnected();
                var begun = options.Time.GetTimestamp();
                SetState(ConnectionState.Connected);
                connected.TrySetResult(new OpenConnection(user, attempt.Hub, attempt.Closed));
                error = await attempt.Closed.WaitAsync(stopping.Token);
                if (options.Time.GetElapsedTime(begun) > StableTime)
                {
                    failures = 0;
                    choice.OnStableEnd();
                }
            }
            catch (Exception e)
            {
                error = e;
            }
            if (connected.Task.IsCompleted)
                connected = Signal<OpenConnection>();
            await attempt.DisposeAsync();
            // Only a refusal of the server itself is final. After a proxy's answer, the next attempt may succeed.
            if ((refusal ?? error as ChatException) is { } refused && HttpRefusal.IsFinal(refused.Error))
            {
                connected.TrySetException(refused);
                SetState(ConnectionState.Refused, refused);
                return;
            }
            if (!stopping.IsCancellationRequested)
                await WaitAsync(failures, error);
        }
    }

    private HubAttempt Attempt()
    {
        Func<Task<string?>>? token = options.AccessToken is { } accessToken ? () => accessToken(stopping.Token) : null;
        var attempt = new HubAttempt(address, choice.Allowed, token, builder =>
        {
            builder.AddJsonProtocol(json => (size.Payload = json.PayloadSerializerOptions).TypeInfoResolverChain.Insert(0, ChatJson.Default));
            builder.Services.AddSingleton<IHubProtocol>(s => new NoticeProtocol(new JsonHubProtocol(s.GetRequiredService<IOptions<JsonHubProtocolOptions>>()), ApplyNotice));
        });
        var hub = attempt.Hub;
        hub.On<Message>(nameof(IChatClient.ReceiveMessage), message => Received?.Invoke(message));
        hub.On<TopicValue>(nameof(IChatClient.ReceiveValue), value => ValueReceived?.Invoke(value));
        hub.On<ReadMark>(nameof(IChatClient.ReceiveRead), read => ReadReceived?.Invoke(read));
        hub.On<Notice>(nameof(IChatClient.ReceiveNotice), notice => NoticeReceived?.Invoke(notice));
        return attempt;
    }

    /// <summary>Connects before the deadline, and returns the user id.</summary>
    private async Task<string> StartAsync(HubAttempt attempt)
    {
        var deadline = choice.Deadline;
        using var limit = new CancellationTokenSource(deadline);
        using var either = LinkToLifetime(limit.Token);
        try
        {
            await attempt.StartAsync(either.Token);
            return user ?? (await attempt.Hub.InvokeAsync<ResumeAnswer>(nameof(IChatHub.Resume), new ResumeRequest(), either.Token)).User;
        }
        catch (Exception e) when (limit.IsCancellationRequested && e is not ChatException)
        {
            choice.OnSilent(attempt.Transport);
            throw new TimeoutException($"The server did not answer within {deadline.TotalSeconds:0.#} s (transport: {attempt.Transport}).", e);
        }
        catch (Exception) when (!attempt.HasStarted && !stopping.IsCancellationRequested)
        {
            choice.OnFailed(attempt.Transport);
            throw;
        }
    }

    private async Task WaitAsync(int failures, Exception? error)
    {
        SetState(ConnectionState.Reconnecting, error);
        var (wait, requested) = (options.Delay(failures), requestedWait);
        requestedWait = TimeSpan.Zero;
        await Task.Delay(requested > wait ? requested : wait, options.Time, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Notes whether and when a notice lets the client connect again.</summary>
    private void ApplyNotice(Notice notice)
    {
        requestedWait = TimeSpan.FromSeconds(notice.RetryAfter ?? 0);
        if (notice.Code == Notice.Kicked.Code || notice.Code == Notice.Banned.Code)
            refusal = new ChatException(ChatError.Forbidden, notice.Text);
    }

    private void SetState(ConnectionState state, Exception? error = null)
    {
        if (State == state)
            return;
        State = state;
        try
        {
            StateChanged?.Invoke(state, error);
        }
        catch (Exception)
        {
            // A handler's exception must not end the connection, as with SignalR's own handlers.
        }
    }

    private static TaskCompletionSource<T> Signal<T>() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>An open connection.</summary>
/// <param name="User">Its user id.</param>
/// <param name="Hub">The SignalR connection.</param>
/// <param name="Ended">Completes when the connection has ended.</param>
internal sealed record OpenConnection(string User, HubConnection Hub, Task Ended);
