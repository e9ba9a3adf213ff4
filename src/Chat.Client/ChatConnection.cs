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
    private readonly string address;
    private readonly TransportChoice choice;
    private readonly CallSize size;
    private readonly CancellationTokenSource stopping = new();
    private readonly Lazy<Task> running;
    private volatile TaskCompletionSource<Life> up = Signal<Life>();
    private volatile ChatException? refusal;
    private volatile string? user;
    private TimeSpan askedToWait;

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
                return await life.Hub.InvokeAsync<T>(method, request, givenUp.Token);
            }
            catch (Exception e)
            {
                var refusal = e is HubException ? ChatError.FromHubError(e.Message) : null;
                if (refusal is (_, var said) && CallLimit.Read(said) is { } limit)
                {
                    if (size.RefusalOver(request, said, limit, e) is { } tooLarge)
                        throw tooLarge;
                    refusal = null; // another call was too large, and the connection ended for all
                }
                if (refusal is ({ Retryable: false } error, var text))
                    throw new ChatException(error, text, e);
                // Ends here when it is given up, whatever it failed with.
                await PauseAsync(failures, givenUp.Token);
                if (refusal is not null)
                    continue;
                if (size.RefusalByOption(request, e) is { } overOption)
                    throw overOption;
                // A connection that ends with an error fails its calls with that error; when it stands after the pause, this one was the answer.
                if (e is HubException && !life.Ended.IsCompleted)
                    throw;
            }
        }
    }

    /// <summary>Makes a call on the connection that there is, if there is one, and does not ask what becomes of it.</summary>
    public void Tell(string method, object request)
    {
        if (up.Task is { IsCompletedSuccessfully: true, Result.Hub: var hub })
            _ = hub.SendAsync(method, request, stopping.Token);
    }

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
        Enter(ConnectionState.Closed);
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
                choice.Connected();
                var begun = options.Time.GetTimestamp();
                Enter(ConnectionState.Connected);
                up.TrySetResult(new Life(user, attempt.Hub, attempt.Closed));
                error = await attempt.Closed.WaitAsync(stopping.Token);
                if (options.Time.GetElapsedTime(begun) > Lasting)
                {
                    failures = 0;
                    choice.Lasted();
                }
            }
            catch (Exception e)
            {
                error = e;
            }
            if (up.Task.IsCompleted)
                up = Signal<Life>();
            await attempt.DisposeAsync();
            // Only an answer of the server itself is final: something in between may let the next attempt through.
            if ((refusal ?? error as ChatException) is { } refused && HttpRefusal.IsFinal(refused.Error))
            {
                up.TrySetException(refused);
                Enter(ConnectionState.Refused, refused);
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
            builder.AddJsonProtocol(json => (size.Payload = json.PayloadSerializerOptions).TypeInfoResolverChain.Insert(0, ChatJson.Default)));
        var hub = attempt.Hub;
        hub.On<Message>(nameof(IChatClient.ReceiveMessage), message => Received?.Invoke(message));
        hub.On<TopicValue>(nameof(IChatClient.ReceiveValue), value => ValueReceived?.Invoke(value));
        hub.On<ReadMark>(nameof(IChatClient.ReceiveRead), read => ReadReceived?.Invoke(read));
        hub.On<Notice>(nameof(IChatClient.ReceiveNotice), Take);
        return attempt;
    }

    /// <summary>Connects before the deadline, and returns whose connection it is.</summary>
    private async Task<string> StartAsync(HubAttempt attempt)
    {
        var deadline = choice.Deadline;
        using var limit = new CancellationTokenSource(deadline);
        using var either = Until(limit.Token);
        try
        {
            await attempt.StartAsync(either.Token);
            return user ?? (await attempt.Hub.InvokeAsync<ResumeAnswer>(nameof(IChatHub.Resume), new ResumeRequest(), either.Token)).User;
        }
        catch (Exception e) when (limit.IsCancellationRequested && e is not ChatException)
        {
            choice.Silent(attempt.Transport);
            throw new TimeoutException($"The server gave no answer within {deadline.TotalSeconds:0.#} s (transport: {attempt.Transport}).", e);
        }
        catch (Exception) when (!attempt.HasStarted && !stopping.IsCancellationRequested)
        {
            choice.Failed(attempt.Transport);
            throw;
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

    private static TaskCompletionSource<T> Signal<T>() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>One connection, from its beginning to its end.</summary>
/// <param name="User">Whose it is.</param>
/// <param name="Hub">Calls the server.</param>
/// <param name="Ended">Completes with it.</param>
internal sealed record Life(string User, HubConnection Hub, Task Ended);
