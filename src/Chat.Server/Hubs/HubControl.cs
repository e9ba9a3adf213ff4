using System.Net;
using Chat.Protocol;
using Chat.Server.Delivery;
using Chat.Server.Hubs.Output;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;

namespace Chat.Server.Hubs;

/// <summary>Sends notices to a hub connection, and ends it so that stock clients reconnect or stay away as the notice says.</summary>
internal sealed class HubControl(ConnectionContext connection, BoundedOutput output, IHubContext<ChatHub, IChatClient> hub, TimeProvider time)
    : IConnectionControl
{
    public string Kind => "hub";

    // Read once: a long-polling connection outlives its first request.
    public IPAddress? Address { get; } = connection.GetHttpContext()?.Connection.RemoteIpAddress;

    public long QueuedBytes => output.QueuedBytes;

    public Task SendNoticeAsync(Notice notice) => hub.Clients.Client(connection.ConnectionId).ReceiveNotice(notice);

    public async Task EndAsync(Notice why)
    {
        try
        {
            // The notice waits only while another record is being written.
            await SendNoticeAsync(why).WaitAsync(IConnectionControl.FarewellTime, time);
        }
        catch (Exception)
        {
            // The connection ends without the notice.
        }
        if (why.RetryAfter is not null)
            await RequestCloseAsync();
        else if (connection.Features.Get<Caller>() is { } caller)
            caller.Abort();
        else
            connection.Abort();
    }

    public void Fail() => _ = FailAsync();

    private async Task FailAsync()
    {
        await RequestCloseAsync();
        connection.Abort(); // its calls may wait for the log, and keep it from reading the request to close
    }

    // Unlike an abort, this lets stock clients reconnect. A stopping host aborts the connections that are then still open, with their queued notices.
    private async Task RequestCloseAsync()
    {
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var closing = connection.ConnectionClosed.Register(closed.SetResult);
        connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        // Twice: SignalR writes its close first, and HubFarewell then lets the client read it.
        await Task.WhenAny(closed.Task, Task.Delay(2 * IConnectionControl.FarewellTime, time));
    }
}
