using Microsoft.AspNetCore.SignalR;

namespace Chat.Server.Hubs;

/// <summary>Makes the <see cref="ChatHub"/> of a call from the services of its scope.</summary>
/// <remarks>Register it as transient. SignalR's own is scoped: the scope of each call then allocates a table for it, 170 bytes.</remarks>
internal sealed class ChatHubActivator(IServiceProvider services) : IHubActivator<ChatHub>
{
    private static readonly ObjectFactory<ChatHub> Make = ActivatorUtilities.CreateFactory<ChatHub>([]);

    public ChatHub Create() => Make(services, null);

    public void Release(ChatHub hub) => hub.Dispose();
}
