using Chat.Server.Identity;
using Microsoft.AspNetCore.SignalR;

namespace Chat.Server.Hubs;

/// <summary>Tells SignalR the user id of a connection to <see cref="ChatHub"/>.</summary>
internal sealed class UserIdProvider : IUserIdProvider
{
    public string? GetUserId(HubConnectionContext connection) => connection.User.UserId();
}
