using System.Net.WebSockets;
using Chat.Protocol;
using Chat.Server.Admission;
using Chat.Server.History;
using Chat.Server.Log;
using Chat.Server.Operations;
using Chat.Server.Raw.Delivery;
using Chat.Server.Raw.Socket;
using Microsoft.Extensions.Options;

namespace Chat.Server.Raw;

/// <summary>Creates raw connections: makes the parts of each, and gives every part only the services that it uses.</summary>
internal sealed class RawConnectionFactory(
    AdmissionServices admissionServices,
    SenderServices senderServices,
    RawHub hub,
    ConfirmedPositions positions,
    ColonHubProtocol protocol,
    SendLimits sends,
    ILogHealth health,
    Drain drain,
    ChatMetrics metrics,
    TimeProvider time,
    IOptions<MessagingOptions> messaging,
    IOptions<LimitsOptions> limits,
    ILogger<RawConnection> logger)
{
    public RawConnection Create(HttpContext context, WebSocket socket)
    {
        // A host without upgrades, such as a test host, has no stream to write pings to. Then the client counts as one that answers no ping.
        var pings = context.Features.Get<PingStream>() ?? new PingStream(Stream.Null);
        var delivery = new RawDelivery(limits.Value.MaxQueuedBytes, positions, time);
        pings.Watch(new ClientFrameWatcher(delivery, limits.Value, time));

        var refusals = new FrameRefusals(delivery, protocol, metrics, time);
        var outcomes = new FrameOutcomes(refusals);
        var control = new RawControl(context.Connection.RemoteIpAddress, socket, delivery, protocol, time);
        var admission = new RawAdmission(context, admissionServices, delivery, refusals,
            (principal, user) => new Registration(user, principal, hub, delivery, control, outcomes, positions));

        var frames = new FrameReader(socket, messaging.Value.MaxFrameBytes);
        var intake = new FrameIntake(frames, admission, refusals, outcomes, new SendPace(sends, time), health);
        var sender = new RawSender(socket, pings, delivery, senderServices);
        return new RawConnection(socket, frames, intake, outcomes, admission, delivery, sender, drain, time, logger);
    }
}
