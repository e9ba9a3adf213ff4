using System.Text.Json.Serialization.Metadata;
using System.Threading.Channels;
using Chat.Protocol;
using Chat.Server.Push;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Server.Tests.Running;

/// <summary>A stock SignalR client that keeps what it receives.</summary>
public sealed class HubClient : IAsyncDisposable
{
    private readonly Channel<Message> messages = Channel.CreateUnbounded<Message>();
    private readonly Channel<TopicValue> values = Channel.CreateUnbounded<TopicValue>();
    private readonly Channel<ReadMark> reads = Channel.CreateUnbounded<ReadMark>();
    private readonly Channel<Notice> notices = Channel.CreateUnbounded<Notice>();
    private readonly TaskCompletionSource<bool> closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly Func<string>? log;

    private HubClient(Uri server, string user, HttpTransportType transport, Func<string>? log, Func<string?>? token)
    {
        this.log = log;
        Connection = new HubConnectionBuilder()
            .WithUrl(new Uri(server, $"/chat?userid={Uri.EscapeDataString(user)}"), transport, options =>
            {
                if (token is not null)
                    options.AccessTokenProvider = () => Task.FromResult(token());
            })
            .AddJsonProtocol(json =>
            {
                json.PayloadSerializerOptions.TypeInfoResolverChain.Insert(0, ChatJson.Default);
                json.PayloadSerializerOptions.TypeInfoResolverChain.Add(new DefaultJsonTypeInfoResolver()); // types of tests
            })
            .Build();
        Connection.On<Message>(nameof(IChatClient.ReceiveMessage), message => messages.Writer.TryWrite(message));
        Connection.On<TopicValue>(nameof(IChatClient.ReceiveValue), value => values.Writer.TryWrite(value));
        Connection.On<ReadMark>(nameof(IChatClient.ReceiveRead), read => reads.Writer.TryWrite(read));
        Connection.On<Notice>(nameof(IChatClient.ReceiveNotice), notice => notices.Writer.TryWrite(notice));
        Connection.Closed += _ =>
        {
            closed.TrySetResult(true);
            return Task.CompletedTask;
        };
    }

    public HubConnection Connection { get; }

    public Task<Notice> Notice => Wait.ForAsync(notices.Reader.ReadAsync().AsTask(), "A notice", log);

    /// <summary>Completes when the connection has ended.</summary>
    public Task Closed => Wait.ForAsync(closed.Task, "The end of the connection", log);

    /// <param name="log">The server's log, which a timeout shows.</param>
    public static async Task<HubClient> ConnectAsync(
        Uri server, string user, HttpTransportType transport = HttpTransportType.WebSockets, Func<string>? log = null, Func<string?>? token = null)
    {
        var client = new HubClient(server, user, transport, log, token);
        await Wait.ForAsync(client.Connection.StartAsync(), "The hub's handshake", log);
        // After an answer, the connection is in its user's group; after the handshake it may not be.
        await client.CallAsync<ResumeAnswer>(nameof(IChatHub.Resume), new ResumeRequest(null));
        return client;
    }

    public Task<Receipt> SendAsync(string? to, string? content, string? id = null) => CallAsync<Receipt>(nameof(IChatHub.Send), new SendRequest(to, content, id));

    public async Task<ResumedStream> ResumeAsync(string stream, string? position = null) =>
        (await CallAsync<ResumeAnswer>(nameof(IChatHub.Resume), new ResumeRequest(position is null ? null : new Dictionary<string, string?> { [stream] = position })))
            .Streams.Single(resumed => resumed.Stream == stream);

    /// <summary>Returns all missed messages, answer by answer.</summary>
    public async Task<List<Message>> ResumeAllAsync(string stream)
    {
        var missed = new List<Message>();
        ResumedStream answer;
        do
        {
            answer = await ResumeAsync(stream, missed is [.., var last] ? last.Position : null);
            answer.Recovered.Should().BeTrue(because: answer.Reason);
            missed.AddRange(answer.Messages);
        }
        while (answer.More);
        return missed;
    }

    public Task<ReadAnswer> ReadAsync(ReadRequest request) => CallAsync<ReadAnswer>(nameof(IChatHub.Read), request);

    /// <summary>Returns all messages of a mailbox, sent copies included, page by page.</summary>
    public async Task<List<Message>> ReadAllAsync(string stream)
    {
        var held = new List<Message>();
        var after = (await ResumeAsync(stream)).Head.Split('.')[0] + ".0";
        ReadAnswer page;
        do
        {
            page = await ReadAsync(new(stream, After: after, Limit: 500));
            held.AddRange(page.Messages);
            after = page.Messages is [.., var last] ? last.Position : after;
        }
        while (page.More);
        return held;
    }

    public Task<ConfirmAnswer> ConfirmAsync(string stream, string position) =>
        CallAsync<ConfirmAnswer>(nameof(IChatHub.Confirm), new ConfirmRequest(stream, position));

    public Task<ConversationsAnswer> ConversationsAsync(int? limit = null, string? before = null) =>
        CallAsync<ConversationsAnswer>(nameof(IChatHub.Conversations), new ConversationsRequest(limit, before));

    /// <param name="conversation">A user id or a room.</param>
    /// <param name="position">The newest position that was read.</param>
    public Task<MarkReadAnswer> MarkReadAsync(string conversation, string? position) => CallAsync<MarkReadAnswer>(
        nameof(IChatHub.MarkRead), conversation[0] == '#' ? new MarkReadRequest(null, conversation, position) : new MarkReadRequest(conversation, null, position));

    public Task<ReadMark> ReceiveReadAsync() => Wait.ForAsync(reads.Reader.ReadAsync().AsTask(), "A read mark", log);

    public Task<JoinAnswer> JoinAsync(string room) => CallAsync<JoinAnswer>(nameof(IChatHub.Join), new RoomRequest(room));

    public Task<LeaveAnswer> LeaveAsync(string room) => CallAsync<LeaveAnswer>(nameof(IChatHub.Leave), new RoomRequest(room));

    public Task<TopicValue?> SubscribeAsync(string topic) => CallAsync<TopicValue?>(nameof(IChatHub.Subscribe), new TopicRequest(topic));

    public Task<UnsubscribeAnswer> UnsubscribeAsync(string topic) => CallAsync<UnsubscribeAnswer>(nameof(IChatHub.Unsubscribe), new TopicRequest(topic));

    public Task<RefreshAnswer> RefreshAsync(string? token) => CallAsync<RefreshAnswer>(nameof(IChatHub.Refresh), new RefreshRequest(token));

    public Task<TopicValue> ReceiveValueAsync() => Wait.ForAsync(values.Reader.ReadAsync().AsTask(), "A value", log);

    public Task<T> CallAsync<T>(string method, object? argument) => Wait.ForAsync(Connection.InvokeAsync<T>(method, argument), $"The answer to {method}", log);

    /// <summary>Returns the code that a call is refused with. Fails if the call succeeds.</summary>
    public static async Task<string> RefusalAsync(Func<Task> call)
    {
        var refusal = await call.Should().ThrowAsync<Microsoft.AspNetCore.SignalR.HubException>();
        var read = ChatError.FromHubError(refusal.Which.Message);
        read.Should().NotBeNull(because: refusal.Which.Message);
        return read!.Value.Error.Code;
    }

    /// <summary>Sends a message, and returns the code of a refusal, or null.</summary>
    public async Task<string?> TrySendAsync(string to, string content)
    {
        try
        {
            await SendAsync(to, content);
            return null;
        }
        catch (Microsoft.AspNetCore.SignalR.HubException e)
        {
            return ChatError.FromHubError(e.Message)?.Error.Code;
        }
    }

    public Task<Message> ReceiveAsync() => Wait.ForAsync(messages.Reader.ReadAsync().AsTask(), "A message", log);

    public async Task<List<Message>> ReceiveAsync(int count)
    {
        var received = new List<Message>(count);
        while (received.Count < count)
            received.Add(await ReceiveAsync());
        return received;
    }

    public ValueTask DisposeAsync() => Connection.DisposeAsync();
}
