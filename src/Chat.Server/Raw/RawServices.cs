using Chat.Protocol;
using Chat.Server.Admission;
using Chat.Server.History;
using Chat.Server.Identity;
using Chat.Server.Log;
using Chat.Server.Operations;
using Chat.Server.Sending;
using Microsoft.Extensions.Options;

namespace Chat.Server.Raw;

/// <summary>What every raw connection needs of the server.</summary>
internal sealed record RawServices(
    RawHub Hub,
    IMessageLog Log,
    ILogHealth Health,
    ConfirmedPositions Confirmed,
    ColonHubProtocol Protocol,
    ReservedNames Reserved,
    BannedUsers Banned,
    Operators Operators,
    ConnectionLimits Connections,
    SendLimits Sends,
    Drain Drain,
    ChatMetrics Metrics,
    TimeProvider Time,
    ILogger<RawConnection> Logger,
    IOptions<IdentityOptions> Identity,
    IOptions<RawWebSocketOptions> Options,
    IOptions<MessagingOptions> Messaging,
    IOptions<LimitsOptions> Limits);
