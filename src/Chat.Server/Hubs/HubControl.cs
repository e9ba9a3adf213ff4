using System.Net;
using Chat.Protocol;
using Chat.Server.Limits;
using Chat.Server.Messaging;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;

namespace Chat.Server.Hubs;

/// <summary>Tells hub connections by a notice, and ends them so that stock clients do what the notice asks for.</summary>
internal sealed class HubControl(ConnectionContext connection, BoundedOutput output, IHubContext<ChatHub, IChatClient> hub, TimeProvider time) : IConnectionControl
{
    // A notice is written at once, or it has a queue before it that nobody waits for.
    private static readonly TimeSpan FarewellTime = TimeSpan.FromSeconds(1);

    public string Kind => "hub";

    // Looked at once: the request that brought it is over where a connection consists of many.
    public IPAddress? Address { get; } = connection.GetHttpContext()?.Connection.RemoteIpAddress;

    public long QueuedBytes => output.QueuedBytes;

    public Task TellAsync(Notice notice) => hub.Clients.Client(connection.ConnectionId).ReceiveNotice(notice);

    public async Task EndAsync(Notice why)
    {
        try
        {
            await TellAsync(why).WaitAsync(FarewellTime, time);
        }
        catch (Exception)
        {
            // It ends all the same.
        }
        // Of the two ends only this lets stock clients reconnect.
        if (why.RetryAfter is not null)
            connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        else if (connection.Features.Get<Caller>() is { } caller)
            caller.Abort();
        else
            connection.Abort();
    }
}
