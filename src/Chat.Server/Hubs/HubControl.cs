using System.Net;
using Chat.Protocol;
using Chat.Server.Delivery;
using Chat.Server.Hubs.Output;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;

namespace Chat.Server.Hubs;

/// <summary>Tells hub connections by a notice, and ends them so that stock clients do what the notice asks for.</summary>
internal sealed class HubControl(ConnectionContext connection, BoundedOutput output, IHubContext<ChatHub, IChatClient> hub, TimeProvider time) : IConnectionControl
{
    public string Kind => "hub";

    // Looked at once: the request that brought it is over where a connection consists of many.
    public IPAddress? Address { get; } = connection.GetHttpContext()?.Connection.RemoteIpAddress;

    public long QueuedBytes => output.QueuedBytes;

    public Task TellAsync(Notice notice) => hub.Clients.Client(connection.ConnectionId).ReceiveNotice(notice);

    public async Task EndAsync(Notice why)
    {
        try
        {
            // It is written at once, or it has a queue before it that nobody waits for.
            await TellAsync(why).WaitAsync(HubFarewell.Time, time);
        }
        catch (Exception)
        {
            // It ends all the same.
        }
        if (why.RetryAfter is not null)
            await LetGoAsync();
        else if (connection.Features.Get<Caller>() is { } caller)
            caller.Abort();
        else
            connection.Abort();
    }

    public void Fail() => _ = FailAsync();

    private async Task FailAsync()
    {
        await LetGoAsync();
        connection.Abort(); // its calls may wait for the log, and keep it from reading the request to close
    }

    // Of the two ends only this lets stock clients reconnect. A host that stops cuts off whoever has not gone by then, with what it was told.
    private async Task LetGoAsync()
    {
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var closing = connection.ConnectionClosed.Register(closed.SetResult);
        connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        await Task.WhenAny(closed.Task, Task.Delay(2 * HubFarewell.Time, time));
    }
}
