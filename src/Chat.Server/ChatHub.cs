using Chat.Protocol;
using Chat.Server.Conversations;
using Chat.Server.Delivery;
using Chat.Server.History;
using Chat.Server.Hubs;
using Chat.Server.Identity;
using Chat.Server.Rooms;
using Chat.Server.Sending;
using Chat.Server.Topics;
using Microsoft.AspNetCore.SignalR;

namespace Chat.Server;

/// <summary>The calls of all clients, raw ones included. The user comes from the connection, never from an argument.</summary>
/// <remarks>Calls of one connection run concurrently and take effect in the order of their arrival: each is queued before the next begins.
/// <see cref="Hubs.Caller.Write"/> appends, <see cref="Hubs.Caller.Change{T}(Func{Hubs.Caller, Task{T}})"/> alters the connection's rooms or topics,
/// <see cref="Hubs.Caller.Read"/> waits for all earlier calls.</remarks>
internal sealed class ChatHub(ChatHubServices services) : Hub<IChatClient>, IChatHub
{
    private Caller Caller => Caller.Of(Context);

    private CancellationToken Aborted => Context.ConnectionAborted;

    public override Task OnConnectedAsync() => services.Entrance.EnterAsync(Caller.Enter(Context, services.Time).Connection, Aborted);

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        services.Entrance.Leave(Caller.Connection);
        services.Topics.End(Caller.Subscriptions);
        Caller.Dispose();
        return Task.CompletedTask;
    }

    public Task<Receipt> Send(SendRequest request)
    {
        var caller = Caller;
        return caller.Write((services.Sender, caller.User, request), static send => send.Sender.SendAsync(send.User, send.request));
    }

    public Task<ResumeAnswer> Resume(ResumeRequest request) => Caller.Read(caller => services.History.ResumeAsync(caller.User, request, Aborted));

    public Task<ReadAnswer> Read(ReadRequest request) => Caller.Read(caller => services.History.ReadAsync(caller.User, request, Aborted));

    public Task<ConfirmAnswer> Confirm(ConfirmRequest request) => Caller.Read(caller => services.History.ConfirmAsync(caller.User, request, Aborted));

    public Task<ConversationsAnswer> Conversations(ConversationsRequest request) =>
        Caller.Read(caller => services.Conversations.ReadAsync(caller.User, request, Aborted));

    public Task<MarkReadAnswer> MarkRead(MarkReadRequest request) =>
        Caller.Read(caller => services.Conversations.MarkAsync(caller.User, caller.Connection.Id, request, Aborted));

    public Task<JoinAnswer> Join(RoomRequest request)
    {
        var room = RoomMembers.Require(request.Room);
        return Caller.Change(services.Authorizer.MayJoinAsync(Caller.Identity, room, Aborted), caller => services.Rooms.JoinAsync(caller.User, room));
    }

    public Task<LeaveAnswer> Leave(RoomRequest request) => Caller.Change(caller => services.Rooms.LeaveAsync(caller.User, request.Room));

    public Task<TopicValue?> Subscribe(TopicRequest request)
    {
        var topic = LiveTopics.Require(request.Topic);
        return Caller.Change(
            services.Authorizer.MaySubscribeAsync(Caller.Identity, topic, Aborted),
            caller => services.Topics.SubscribeAsync(caller.Subscriptions, topic, Aborted));
    }

    public Task<UnsubscribeAnswer> Unsubscribe(TopicRequest request) =>
        Caller.Change(caller => Task.FromResult(services.Topics.Unsubscribe(caller.Subscriptions, request.Topic)));

    public async Task<RefreshAnswer> Refresh(RefreshRequest request) => new(await services.Tokens.RenewAsync(Caller.User, Caller.Expiry, request.Token));
}

/// <summary>The services of the hub. All are singletons. SignalR makes a hub for each call, so it keeps one reference to all of them.</summary>
internal sealed record ChatHubServices(
    MessageSender Sender,
    StreamHistory History,
    StreamEntrance Entrance,
    ConversationList Conversations,
    RoomMembers Rooms,
    LiveTopics Topics,
    ScopedAuthorizer Authorizer,
    UserTokens Tokens,
    TimeProvider Time);
