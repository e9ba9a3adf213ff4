using System.Net.WebSockets;
using Chat.Protocol;
using Chat.Server.Diagnostics;
using Chat.Server.Limits;
using Chat.Server.Messaging;
using Microsoft.Extensions.Options;

namespace Chat.Server.RawWebSockets;

/// <summary>Makes a connection from an accepted socket.</summary>
internal sealed class RawConnectionFactory(
    RawHub hub, IMessageLog log, ConfirmedPositions confirmed, ColonHubProtocol protocol, ReservedNames reserved, ChatMetrics metrics, TimeProvider time,
    IHostApplicationLifetime lifetime, IOptions<RawWebSocketOptions> options, IOptions<MessagingOptions> messaging, IOptions<LimitsOptions> limits)
{
    public RawConnection Create(HttpContext context, WebSocket socket)
    {
        var outbox = new Outbox(limits.Value.MaxQueuedBytes);
        var sender = new OutboxSender(socket, outbox, log, confirmed, protocol, limits.Value, metrics, time);
        return new RawConnection(
            context, socket, messaging.Value.MaxFrameBytes, outbox, sender, hub.Handler, confirmed, protocol, reserved, metrics, time,
            options.Value.RegisterTimeout, lifetime.ApplicationStopping);
    }
}
