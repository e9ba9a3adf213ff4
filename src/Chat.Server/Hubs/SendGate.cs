using System.Runtime.ExceptionServices;
using Chat.Protocol;
using Chat.Server.Log;
using Chat.Server.Operations;
using Microsoft.AspNetCore.SignalR;

namespace Chat.Server.Hubs;

/// <summary>Refuses messages while the log is too far behind, as soon as they are parsed: before they use one of the connection's parallel calls, and
/// without throwing. A refusal must cost a fraction of a message, or an overloaded server would only refuse.</summary>
internal sealed class SendGate(ILogHealth log, ChatMetrics metrics)
{
    private static readonly ExceptionDispatchInfo TooFarBehind = ExceptionDispatchInfo.Capture(
        new HubException(new LogUnavailableException(LogUnavailableException.TooFarBehind).Refusal));

    /// <summary>Returns the refusal of a message and counts it; null when the message is accepted.</summary>
    public ExceptionDispatchInfo? Refusal()
    {
        if (log.Load != LogLoad.TooFarBehind)
            return null;
        metrics.CountRefusal(ChatError.Unavailable);
        return TooFarBehind;
    }
}
