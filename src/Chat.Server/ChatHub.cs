using Chat.Protocol;
using Chat.Server.Messaging;
using Microsoft.AspNetCore.SignalR;

namespace Chat.Server;

/// <summary>What clients call, raw ones included: who the caller is comes from the connection, never from an argument.</summary>
internal sealed class ChatHub(MessageSender sender, StreamHistory history) : Hub<IChatClient>, IChatHub
{
    private string User => Context.UserIdentifier!;

    public override async Task OnConnectedAsync()
    {
        await Groups.AddToGroupAsync(Context.ConnectionId, User, Context.ConnectionAborted);
        Context.Features.Get<ICatchUp>()?.Begin();
    }

    // Takes its place in the log's queue before the first await: a connection's messages are appended in the order they arrived.
    public Task<Receipt> Send(SendRequest request) => sender.SendAsync(User, request).AsTask();

    public Task<ResumeAnswer> Resume(ResumeRequest request) => history.ResumeAsync(User, request, Context.ConnectionAborted);

    public Task<ReadAnswer> Read(ReadRequest request) => history.ReadAsync(User, request, Context.ConnectionAborted);

    public Task<ConfirmAnswer> Confirm(ConfirmRequest request) => history.ConfirmAsync(User, request, Context.ConnectionAborted);
}
