using System.Runtime.ExceptionServices;
using Chat.Protocol;
using Chat.Server.Log;
using Chat.Server.Operations;
using Microsoft.AspNetCore.SignalR;

namespace Chat.Server.Hubs;

/// <summary>Refuses messages while the log is too far behind, as soon as they are read: before they take one of the connection's calls, and without
/// throwing. A refusal must cost a fraction of a message, or a server that is asked for too much would do nothing but refuse.</summary>
internal sealed class SendGate(ILogHealth log, ChatMetrics metrics)
{
    private static readonly ExceptionDispatchInfo TooFarBehind = ExceptionDispatchInfo.Capture(
        new HubException(new LogUnavailableException(LogUnavailableException.TooFarBehind).Refusal));

    /// <summary>Why a message is refused now, and counts it; null when it is not.</summary>
    public ExceptionDispatchInfo? Refusal()
    {
        if (log.Load != LogLoad.TooFarBehind)
            return null;
        metrics.Refused(ChatError.Unavailable);
        return TooFarBehind;
    }
}
