using Chat.Protocol;
using Microsoft.AspNetCore.SignalR;

namespace Chat.Client;

/// <summary>A client of one user. It connects at its first use, reconnects when the connection ends, and repeats each call until it is
/// answered. Thread-safe.</summary>
/// <remarks>A call throws a <see cref="ChatException"/> when the server refuses it or does not accept the user, a <see cref="HubException"/> at any
/// other fault of the server, and an <see cref="OperationCanceledException"/> when it is cancelled or the client is disposed of. Retryable
/// refusals are retried with growing waits. Events are raised on the connection's thread: a handler must be quick and must not wait for the
/// client.</remarks>
public sealed class ChatClient : IAsyncDisposable
{
    private static readonly TimeSpan MaxConnectTimeout = TimeSpan.FromHours(1);

    private readonly ChatClientOptions options;
    private readonly ChatConnection connection;
    private readonly Outbox outbox;
    private readonly MessageReader reader;
    private readonly TopicSubscriptions topics;

    /// <summary>Creates a client without connecting.</summary>
    /// <exception cref="ArgumentException">An option is invalid. The text names it.</exception>
    public ChatClient(ChatClientOptions options)
    {
        if (options.User is null == options.AccessToken is null)
            throw new ArgumentException($"Set either {nameof(options.User)} or {nameof(options.AccessToken)}.", nameof(options));
        if (options.Server is not { IsAbsoluteUri: true, Scheme: "http" or "https" })
            throw new ArgumentException($"{nameof(options.Server)} is {options.Server}; it must begin with http:// or https://.", nameof(options));
        if (options.FirstMessages is < 0 or > ReadRequest.MaxLimit)
            throw new ArgumentException(
                $"{nameof(options.FirstMessages)} is {options.FirstMessages}; it must be 0 to {ReadRequest.MaxLimit}.", nameof(options));
        if (options.ConnectTimeout <= TimeSpan.Zero || options.ConnectTimeout > MaxConnectTimeout)
            throw new ArgumentException(
                $"{nameof(options.ConnectTimeout)} is {options.ConnectTimeout}; it must be more than 0 and at most {MaxConnectTimeout}.", nameof(options));
        this.options = options;
        connection = new ChatConnection(options);
        outbox = new Outbox(connection, options);
        reader = new MessageReader(connection, options);
        topics = new TopicSubscriptions(connection);
        connection.NoticeReceived += HandleNotice;
        connection.ReadReceived += read => ReadReceived?.Invoke(read);
        connection.StateChanged += (state, error) => StateChanged?.Invoke(state, error);
    }

    /// <summary>Raised when the server sends a notice about the connection.</summary>
    public event Action<Notice>? NoticeReceived;

    /// <summary>Raised when another device of the user has read a conversation further.</summary>
    public event Action<ReadMark>? ReadReceived;

    /// <summary>Raised when <see cref="State"/> changes, with the error that caused it or null.</summary>
    public event Action<ConnectionState, Exception?>? StateChanged;

    /// <summary>The state of the connection.</summary>
    public ConnectionState State => connection.State;

    /// <summary>Waits until the client is connected, and returns the user id.</summary>
    public async Task<string> ConnectAsync(CancellationToken cancellationToken = default)
    {
        using var lifetime = connection.LinkToLifetime(cancellationToken);
        return (await connection.ConnectedAsync(lifetime.Token)).User;
    }

    /// <summary>Sends a message after this client's earlier ones, and completes when it is durable.</summary>
    /// <param name="to">A user id or a room.</param>
    /// <param name="content">The text.</param>
    /// <param name="id">The idempotency key: pass the same one to send again what an earlier process may have sent. By default a UUIDv7.</param>
    /// <param name="cancellationToken">Cancels the call. The message may still be stored if it was already sent.</param>
    /// <remarks>Messages are sent one at a time. The queue in memory has no limit: await each call to bound it.</remarks>
    public Task<Receipt> SendAsync(string to, string content, string? id = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        return outbox.SendAsync(new SendRequest(to, content, id ?? Guid.CreateVersion7().ToString()), cancellationToken);
    }

    /// <summary>Reads the user's mailbox and rooms from the saved <see cref="ChatClientOptions.Positions"/> on, and continues with live messages. Each
    /// stream comes in the order of its offsets, without gaps, each message once.</summary>
    /// <param name="onReset">Called and awaited when a stream cannot continue from its saved position, before its next message.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <remarks>Only one enumeration may run at a time; a second throws <see cref="InvalidOperationException"/>. A message counts as processed when
    /// the next one is requested: if the loop ends before that, the message comes again in the next enumeration. At most 1000 messages or
    /// 1 Mi characters wait for a slow consumer; the rest is read from the log later.</remarks>
    public IAsyncEnumerable<Message> ReadMessagesAsync(Func<StreamReset, ValueTask>? onReset = null, CancellationToken cancellationToken = default) =>
        reader.ReadAsync(onReset, cancellationToken);

    /// <summary>Reads a page of history.</summary>
    public Task<ReadAnswer> ReadAsync(ReadRequest request, CancellationToken cancellationToken = default) =>
        connection.CallAsync<ReadAnswer>(nameof(IChatHub.Read), request, cancellationToken);

    /// <summary>Reads a page of the user's conversations with their unread counts, newest first.</summary>
    public Task<ConversationsAnswer> ConversationsAsync(ConversationsRequest request, CancellationToken cancellationToken = default) =>
        connection.CallAsync<ConversationsAnswer>(nameof(IChatHub.Conversations), request, cancellationToken);

    /// <summary>Marks a conversation as read up to a position, on all devices of the user.</summary>
    /// <param name="with">The user id of the other person, or the room.</param>
    /// <param name="position">A position in the user's mailbox, or in the room.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public Task<MarkReadAnswer> MarkReadAsync(string with, string position, CancellationToken cancellationToken = default) =>
        connection.CallAsync<MarkReadAnswer>(
            nameof(IChatHub.MarkRead), Name.IsRoom(with) ? new MarkReadRequest(null, with, position) : new MarkReadRequest(with, null, position), cancellationToken);

    /// <summary>Confirms a stream up to a position. The server no longer sends these messages to raw devices of the user.</summary>
    public Task<ConfirmAnswer> ConfirmAsync(string stream, string position, CancellationToken cancellationToken = default) =>
        connection.CallAsync<ConfirmAnswer>(nameof(IChatHub.Confirm), new ConfirmRequest(stream, position), cancellationToken);

    /// <summary>Makes the user a member of a room, on all devices and until it leaves. <see cref="ReadMessagesAsync"/> then includes the room.</summary>
    public async Task<JoinAnswer> JoinAsync(string room, CancellationToken cancellationToken = default)
    {
        var answer = await connection.CallAsync<JoinAnswer>(nameof(IChatHub.Join), new RoomRequest(room), cancellationToken);
        reader.MarkMissed();
        return answer;
    }

    /// <summary>Ends the membership.</summary>
    public Task<LeaveAnswer> LeaveAsync(string room, CancellationToken cancellationToken = default) =>
        connection.CallAsync<LeaveAnswer>(nameof(IChatHub.Leave), new RoomRequest(room), cancellationToken);

    /// <summary>Reads the last value of a topic and then newer ones. A slow consumer skips to the newest. Versions only grow, unless the log
    /// was replaced.</summary>
    public IAsyncEnumerable<TopicValue> SubscribeAsync(string topic, CancellationToken cancellationToken = default) => topics.ReadAsync(topic, cancellationToken);

    /// <summary>Gets a new token, presents it to the server, and returns its expiry in UTC. The client does this by itself one minute before a token
    /// expires.</summary>
    /// <exception cref="InvalidOperationException"><see cref="ChatClientOptions.AccessToken"/> is not set.</exception>
    public async Task<DateTimeOffset> RefreshAsync(CancellationToken cancellationToken = default)
    {
        var token = options.AccessToken ?? throw new InvalidOperationException($"{nameof(options.AccessToken)} is not set.");
        using var lifetime = connection.LinkToLifetime(cancellationToken);
        await connection.ConnectedAsync(lifetime.Token); // no token is requested before it can be used
        return (await connection.CallAsync<RefreshAnswer>(nameof(IChatHub.Refresh), new RefreshRequest(await token(lifetime.Token)), lifetime.Token)).ExpiresAt;
    }

    /// <summary>Ends the connection and all calls. No code of the client runs after this completes.</summary>
    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private void HandleNotice(Notice notice)
    {
        if (notice.Code == Notice.Expiring.Code && options.AccessToken is not null)
            _ = RefreshBeforeExpiryAsync();
        NoticeReceived?.Invoke(notice);
    }

    private async Task RefreshBeforeExpiryAsync()
    {
        try
        {
            await RefreshAsync();
        }
        catch (Exception)
        {
            // The connection ends with its token, and the next one requests another.
        }
    }
}
