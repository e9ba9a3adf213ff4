using Microsoft.AspNetCore.SignalR;

namespace Chat.Server.Hubs;

/// <summary>Makes the <see cref="ChatHub"/> of each call.</summary>
/// <remarks>SignalR's own looks up the hub's services for each call.</remarks>
internal sealed class ChatHubActivator(ChatHubServices services) : IHubActivator<ChatHub>
{
    public ChatHub Create() => new(services);

    public void Release(ChatHub hub) => hub.Dispose();
}
