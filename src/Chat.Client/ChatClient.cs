using Chat.Protocol;
using Microsoft.AspNetCore.SignalR;

namespace Chat.Client;

/// <summary>A user's client. It connects when it is first used, connects again whenever the connection ends, and makes each call again until it is
/// answered. Thread-safe.</summary>
/// <remarks>A refusal is a <see cref="ChatException"/> with its <see cref="ChatError"/>; refusals that may be retried are, with growing waits. A
/// fault of the server that is no refusal is a <see cref="HubException"/>. Every call ends with a refusal when the server does not accept the user, and with an
/// <see cref="OperationCanceledException"/> when it is cancelled or the client is disposed of.
/// Events are raised on the connection's own thread: a handler is quick and does not wait for the client.</remarks>
public sealed class ChatClient : IAsyncDisposable
{
    private static readonly TimeSpan MaxConnectTimeout = TimeSpan.FromHours(1);

    private readonly ChatClientOptions options;
    private readonly ChatConnection connection;
    private readonly Outbox outbox;
    private readonly Reader reader;
    private readonly Topics topics;

    /// <summary>Makes a client, and no connection yet.</summary>
    /// <exception cref="ArgumentException">An option cannot work; the text names it.</exception>
    public ChatClient(ChatClientOptions options)
    {
        if (options.User is null == options.AccessToken is null)
            throw new ArgumentException("Give the user or the access token, one of them.", nameof(options));
        if (options.Server is not { IsAbsoluteUri: true, Scheme: "http" or "https" })
            throw new ArgumentException($"{nameof(options.Server)} is an address that begins with http:// or https://.", nameof(options));
        if (options.FirstMessages is < 0 or > ReadRequest.MaxLimit)
            throw new ArgumentException($"{nameof(options.FirstMessages)} is 0 to {ReadRequest.MaxLimit}.", nameof(options));
        if (options.ConnectTimeout <= TimeSpan.Zero || options.ConnectTimeout > MaxConnectTimeout)
            throw new ArgumentException($"{nameof(options.ConnectTimeout)} is more than 0 and at most {MaxConnectTimeout}.", nameof(options));
        this.options = options;
        connection = new ChatConnection(options);
        outbox = new Outbox(connection, options);
        reader = new Reader(connection, options);
        topics = new Topics(connection);
        connection.NoticeReceived += Take;
        connection.ReadReceived += read => ReadReceived?.Invoke(read);
        connection.StateChanged += (state, why) => StateChanged?.Invoke(state, why);
    }

    /// <summary>The server has said something about the connection.</summary>
    public event Action<Notice>? NoticeReceived;

    /// <summary>Another device of the user has read a conversation.</summary>
    public event Action<ReadMark>? ReadReceived;

    /// <summary>The state has changed; with the reason, where it is an error.</summary>
    public event Action<ConnectionState, Exception?>? StateChanged;

    /// <summary>Where the client stands with its server.</summary>
    public ConnectionState State => connection.State;

    /// <summary>Waits until there is a connection, and returns whose it is.</summary>
    public async Task<string> ConnectAsync(CancellationToken cancellationToken = default)
    {
        using var ended = connection.Until(cancellationToken);
        return (await connection.UpAsync(ended.Token)).User;
    }

    /// <summary>Sends a message, after all those that were sent before it by this client, and completes when it is durable.</summary>
    /// <param name="to">A user or a room.</param>
    /// <param name="content">The text.</param>
    /// <param name="id">The idempotency key, to send again what an earlier process may have sent. One is made unless it is given.</param>
    /// <param name="cancellationToken">Gives up. The message may be stored all the same if it was on its way.</param>
    /// <remarks>Messages go one at a time; those that wait are kept in memory, however many they are: whoever sends faster than the server
    /// answers should await.</remarks>
    public Task<Receipt> SendAsync(string to, string content, string? id = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        return outbox.SendAsync(new SendRequest(to, content, id ?? Guid.CreateVersion7().ToString()), cancellationToken);
    }

    /// <summary>Reads the user's mailbox and rooms, from where <see cref="ChatClientOptions.Positions"/> says, and goes on with what comes. Each stream comes in
    /// the order of its offsets, without gaps, each message once.</summary>
    /// <param name="onReset">Called, and awaited, before the next message when there is no going on in a stream from where it was left.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <remarks>One reader at a time. A message counts as taken when the next is asked for: one that the loop was left with comes again when the
    /// messages are read again. What a slow consumer leaves waiting is bounded; the rest is read from the log in its turn.</remarks>
    public IAsyncEnumerable<Message> ReadMessagesAsync(Func<StreamReset, ValueTask>? onReset = null, CancellationToken cancellationToken = default) =>
        reader.ReadAsync(onReset, cancellationToken);

    /// <summary>Reads a page of history.</summary>
    public Task<ReadAnswer> ReadAsync(ReadRequest request, CancellationToken cancellationToken = default) =>
        connection.CallAsync<ReadAnswer>(nameof(IChatHub.Read), request, cancellationToken);

    /// <summary>Reads a page of the user's conversations, newest first, and how much of each is unread.</summary>
    public Task<ConversationsAnswer> ConversationsAsync(ConversationsRequest request, CancellationToken cancellationToken = default) =>
        connection.CallAsync<ConversationsAnswer>(nameof(IChatHub.Conversations), request, cancellationToken);

    /// <summary>Marks a conversation as read up to a message, on all devices.</summary>
    /// <param name="with">The person or the room.</param>
    /// <param name="position">A position in the user's mailbox, or in the room.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<MarkReadAnswer> MarkReadAsync(string with, string position, CancellationToken cancellationToken = default) =>
        connection.CallAsync<MarkReadAnswer>(
            nameof(IChatHub.MarkRead), Name.IsRoom(with) ? new MarkReadRequest(null, with, position) : new MarkReadRequest(with, null, position), cancellationToken);

    /// <summary>Confirms a stream up to a position: what raw devices of the user need not be sent any more.</summary>
    public Task<ConfirmAnswer> ConfirmAsync(string stream, string position, CancellationToken cancellationToken = default) =>
        connection.CallAsync<ConfirmAnswer>(nameof(IChatHub.Confirm), new ConfirmRequest(stream, position), cancellationToken);

    /// <summary>Makes the user a member of a room, on all devices and until it leaves. Its messages are read with the others.</summary>
    public async Task<JoinAnswer> JoinAsync(string room, CancellationToken cancellationToken = default)
    {
        var answer = await connection.CallAsync<JoinAnswer>(nameof(IChatHub.Join), new RoomRequest(room), cancellationToken);
        reader.Miss();
        return answer;
    }

    /// <summary>Ends the membership.</summary>
    public Task<LeaveAnswer> LeaveAsync(string room, CancellationToken cancellationToken = default) =>
        connection.CallAsync<LeaveAnswer>(nameof(IChatHub.Leave), new RoomRequest(room), cancellationToken);

    /// <summary>Reads a topic: its value, and newer ones as they come. A slow consumer skips to the newest; versions only grow, unless the log was replaced.</summary>
    public IAsyncEnumerable<TopicValue> SubscribeAsync(string topic, CancellationToken cancellationToken = default) => topics.ReadAsync(topic, cancellationToken);

    /// <summary>Asks for a new token and presents it, so that the connection may go on; returns until when. Done by itself a minute before a
    /// token expires.</summary>
    /// <exception cref="InvalidOperationException">There is no <see cref="ChatClientOptions.AccessToken"/>.</exception>
    public async Task<DateTimeOffset> RefreshAsync(CancellationToken cancellationToken = default)
    {
        var token = options.AccessToken ?? throw new InvalidOperationException("This client has no tokens.");
        using var ended = connection.Until(cancellationToken);
        await connection.UpAsync(ended.Token); // a token is not asked for before it can be used
        return (await connection.CallAsync<RefreshAnswer>(nameof(IChatHub.Refresh), new RefreshRequest(await token(ended.Token)), ended.Token)).ExpiresAt;
    }

    /// <summary>Ends the connection, and all calls with it. Nothing of the client runs any more when this completes.</summary>
    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private void Take(Notice notice)
    {
        if (notice.Code == Notice.Expiring.Code && options.AccessToken is not null)
            _ = RefreshInTimeAsync();
        NoticeReceived?.Invoke(notice);
    }

    private async Task RefreshInTimeAsync()
    {
        try
        {
            await RefreshAsync();
        }
        catch (Exception)
        {
            // The connection ends with its token, and the next one asks for another.
        }
    }
}
