using Chat.Protocol;
using Chat.Server.Admission;
using Chat.Server.Operations;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;

namespace Chat.Server.Hubs.Output;

/// <summary>Ends hub connections that stay behind with more waiting for them than <see cref="LimitsOptions.MaxQueuedBytes"/>.</summary>
internal sealed partial class SlowReaderLimit(
    IHubContext<ChatHub, IChatClient> hub, IOptions<LimitsOptions> limits, DeliveryBacklog backlog, ChatMetrics metrics, TimeProvider time,
    ILogger<SlowReaderLimit> logger)
{
    // A burst may outrun a healthy reader for a moment. Longer than the machine is ever busy elsewhere, shorter than anybody would call slow.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    // How long a reader that comes to itself may take to hear why it is ended.
    private static readonly TimeSpan FarewellTime = TimeSpan.FromSeconds(5);

    public Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var output = new BoundedOutput(
            connection.Transport.Output, limits.Value.MaxQueuedBytes, backlog, () => Task.WhenAny(Task.Delay(Grace, time), backlog.Exceeded));
        output.GivenUp = pending => _ = EndAsync(connection, output, pending);
        connection.Features.Set(output);
        connection.Transport = new Duplex(connection.Transport.Input, output);
        return next(connection);
    }

    private async Task EndAsync(ConnectionContext connection, BoundedOutput output, Task pending)
    {
        try
        {
            metrics.SlowClose("hub");
            LogSlowReader(logger, connection.ConnectionId);
            await pending.WaitAsync(FarewellTime, time);
            output.Reopen();
            await hub.Clients.Client(connection.ConnectionId).ReceiveNotice(Notice.SlowConsumer);
            // Unlike an abort, this lets stock clients reconnect.
            connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        }
        catch (Exception e)
        {
            connection.Abort(new ConnectionAbortedException("The reader was too slow.", e));
        }
    }

    [LoggerMessage(1, LogLevel.Debug, "Connection {Connection} reads too slowly and is ended.")]
    private static partial void LogSlowReader(ILogger logger, string connection);
}

internal static class SlowReaderLimitSetup
{
    public static IConnectionBuilder UseSlowReaderLimit(this IConnectionBuilder connection)
    {
        var limit = connection.ApplicationServices.GetRequiredService<SlowReaderLimit>();
        return connection.Use(next => context => limit.RunAsync(context, next));
    }
}
