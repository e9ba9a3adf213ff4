using Chat.Server.Identity;
using Microsoft.AspNetCore.SignalR;

namespace Chat.Server.Hubs;

/// <summary>Tells SignalR the user id; of other hubs' connections, what it would go by anyway.</summary>
internal sealed class UserIdProvider : DefaultUserIdProvider
{
    public override string? GetUserId(HubConnectionContext connection) => connection.User.UserId() ?? base.GetUserId(connection);
}
