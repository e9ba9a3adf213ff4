using Chat.Protocol;
using Chat.Server.Log;
using Chat.Server.Operations;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.SignalR;

namespace Chat.Server.Hubs;

/// <summary>The border between the hub and its callers. A refusal becomes a <see cref="HubException"/> and is counted. A fault is logged, and
/// the caller gets <c>unavailable</c>.</summary>
internal sealed partial class Refusals(ChatMetrics metrics, ILogger<Refusals> logger)
{
    /// <summary>Returns the exception that the caller gets for the failure of a call.</summary>
    public async Task<Exception> ForCallerAsync(Exception failure, HubInvocationContext invocation)
    {
        switch (failure)
        {
            case ChatException refusal:
                return Refuse(refusal);
            case LogFailedException:
                // No answer is known to be true. The connection ends instead.
                await Task.Delay(Timeout.Infinite, invocation.Context.ConnectionAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return failure;
            case OperationCanceledException:
                return failure;
            default:
                LogFault(logger, invocation.HubMethodName, failure);
                return Refuse(new ChatException(ChatError.Unavailable, "The server failed to make this call."));
        }
    }

    /// <summary>Ends a connection that cannot read the log, so that its client connects again later.</summary>
    public static async Task OnConnectedAsync(HubLifetimeContext context, Func<HubLifetimeContext, Task> next)
    {
        try
        {
            await next(context);
        }
        catch (LogUnavailableException)
        {
            if (context.Context.Features.Get<IConnectionLifetimeNotificationFeature>() is { } lifetime)
                lifetime.RequestClose();
            else
                context.Context.Abort();
        }
    }

    private HubException Refuse(ChatException reason)
    {
        metrics.CountRefusal(reason.Error);
        return new HubException(reason.Refusal);
    }

    [LoggerMessage(1, LogLevel.Error, "The hub method {Method} failed.")]
    private static partial void LogFault(ILogger logger, string method, Exception fault);
}
