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
internal sealed class ChatHub(
    MessageSender sender, StreamHistory history, StreamEntrance entrance, ConversationList conversations, RoomMembers rooms, LiveTopics topics, IChatAuthorizer authorizer,
    UserTokens tokens, TimeProvider time)
    : Hub<IChatClient>, IChatHub
{
    private Caller Caller => Caller.Of(Context);

    private CancellationToken Aborted => Context.ConnectionAborted;

    public override Task OnConnectedAsync() => entrance.EnterAsync(Caller.Enter(Context, time).Connection, Aborted);

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        entrance.Leave(Caller.Connection);
        topics.End(Caller.Subscriptions);
        Caller.Dispose();
        return Task.CompletedTask;
    }

    public Task<Receipt> Send(SendRequest request)
    {
        var caller = Caller;
        return caller.Write((sender, caller.User, request), static send => send.sender.SendAsync(send.User, send.request).AsTask());
    }

    public Task<ResumeAnswer> Resume(ResumeRequest request) => Caller.Read(caller => history.ResumeAsync(caller.User, request, Aborted));

    public Task<ReadAnswer> Read(ReadRequest request) => Caller.Read(caller => history.ReadAsync(caller.User, request, Aborted));

    public Task<ConfirmAnswer> Confirm(ConfirmRequest request) => Caller.Read(caller => history.ConfirmAsync(caller.User, request, Aborted));

    public Task<ConversationsAnswer> Conversations(ConversationsRequest request) =>
        Caller.Read(caller => conversations.ReadAsync(caller.User, request, Aborted));

    public Task<MarkReadAnswer> MarkRead(MarkReadRequest request) =>
        Caller.Read(caller => conversations.MarkAsync(caller.User, caller.Connection.Id, request, Aborted));

    public Task<JoinAnswer> Join(RoomRequest request)
    {
        var room = RoomMembers.Require(request.Room);
        return Caller.Change(authorizer.MayJoinAsync(Caller.Identity, room, Aborted), caller => rooms.JoinAsync(caller.User, room));
    }

    public Task<LeaveAnswer> Leave(RoomRequest request) => Caller.Change(caller => rooms.LeaveAsync(caller.User, request.Room));

    public Task<TopicValue?> Subscribe(TopicRequest request)
    {
        var topic = LiveTopics.Require(request.Topic);
        return Caller.Change(
            authorizer.MaySubscribeAsync(Caller.Identity, topic, Aborted), caller => topics.SubscribeAsync(caller.Subscriptions, topic, Aborted));
    }

    public Task<UnsubscribeAnswer> Unsubscribe(TopicRequest request) =>
        Caller.Change(caller => Task.FromResult(topics.Unsubscribe(caller.Subscriptions, request.Topic)));

    public async Task<RefreshAnswer> Refresh(RefreshRequest request) => new(await tokens.RenewAsync(Caller.User, Caller.Expiry, request.Token));
}
