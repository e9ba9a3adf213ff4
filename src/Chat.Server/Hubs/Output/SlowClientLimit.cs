using Chat.Protocol;
using Chat.Server.Admission;
using Chat.Server.Operations;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;

namespace Chat.Server.Hubs.Output;

/// <summary>Closes hub connections whose queue stays longer than <see cref="LimitsOptions.MaxQueuedBytes"/>.</summary>
internal sealed partial class SlowClientLimit(
    IHubContext<ChatHub, IChatClient> hub, IOptions<LimitsOptions> limits, DeliveryBacklog backlog, ChatMetrics metrics, TimeProvider time,
    ILogger<SlowClientLimit> logger)
{
    // Healthy clients may exceed the bound during a burst. The period covers pauses of the machine.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    // Time for a client that reads again to take the pending bytes; then the notice is sent.
    private static readonly TimeSpan NoticeTime = TimeSpan.FromSeconds(5);

    public Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var output = new BoundedOutput(
            connection.Transport.Output, limits.Value.MaxQueuedBytes, backlog, () => Task.WhenAny(Task.Delay(Grace, time), backlog.Exceeded));
        output.BoundExceeded = pending => _ = EndAsync(connection, output, pending);
        connection.Features.Set(output);
        connection.Transport = new Duplex(connection.Transport.Input, output);
        return next(connection);
    }

    private async Task EndAsync(ConnectionContext connection, BoundedOutput output, Task pending)
    {
        try
        {
            metrics.CountSlowClose("hub");
            LogSlowClient(logger, connection.ConnectionId, limits.Value.MaxQueuedBytes);
            await pending.WaitAsync(NoticeTime, time);
            output.Reopen();
            await hub.Clients.Client(connection.ConnectionId).ReceiveNotice(Notice.SlowConsumer);
            // Unlike an abort, this lets stock clients reconnect.
            connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        }
        catch (Exception e)
        {
            connection.Abort(new ConnectionAbortedException("The client read too slowly.", e));
        }
    }

    [LoggerMessage(1, LogLevel.Debug, "Connection {Connection} is closed. Its client reads too slowly: more than {MaxQueuedBytes} bytes stayed queued.")]
    private static partial void LogSlowClient(ILogger logger, string connection, int maxQueuedBytes);
}

internal static class SlowClientLimitSetup
{
    public static IConnectionBuilder UseSlowClientLimit(this IConnectionBuilder connection)
    {
        var limit = connection.ApplicationServices.GetRequiredService<SlowClientLimit>();
        return connection.Use(next => context => limit.RunAsync(context, next));
    }
}
