using Chat.Protocol;
using Chat.Server.Admission;
using Chat.Server.Log;
using Chat.Server.Operations;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.SignalR;

namespace Chat.Server.Hubs;

/// <summary>The border between the hub and its callers. A refusal becomes a <see cref="HubException"/> and is counted. A fault is logged, and
/// the caller gets <c>unavailable</c>.</summary>
/// <param name="limits">Limits the writing calls of each user; null on the raw endpoint, whose connections wait for the rate before they call the hub.</param>
internal sealed partial class Refusals(ChatMetrics metrics, ILogger<Refusals> logger, SendLimits? limits) : IHubFilter
{
    public async ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocation, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        if (invocation.HubMethodArguments is [null, ..])
            throw Refuse(new ChatException(ChatError.BadRequest, "A call takes one object."));
        try
        {
            if (limits is not null && Writes(invocation.HubMethodName) && !limits.TrySend(invocation.Context.UserIdentifier!))
                throw new ChatException(ChatError.RateLimited, limits.TooFast);
            return await next(invocation);
        }
        catch (ChatException e)
        {
            throw Refuse(e);
        }
        catch (LogFailedException)
        {
            // No answer is known to be true. The connection ends instead.
            await Task.Delay(Timeout.Infinite, invocation.Context.ConnectionAborted);
            throw;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFault(logger, invocation.HubMethodName, e);
            throw Refuse(new ChatException(ChatError.Unavailable, "The server failed to make this call."));
        }
    }

    /// <summary>Ends a connection that cannot read the log, so that its client connects again later.</summary>
    public async Task OnConnectedAsync(HubLifetimeContext context, Func<HubLifetimeContext, Task> next)
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

    private static bool Writes(string method) =>
        method is nameof(IChatHub.Send) or nameof(IChatHub.Join) or nameof(IChatHub.Leave) or nameof(IChatHub.MarkRead);

    private HubException Refuse(ChatException reason)
    {
        metrics.CountRefusal(reason.Error);
        return new HubException(reason.Refusal);
    }

    [LoggerMessage(1, LogLevel.Error, "The hub method {Method} failed.")]
    private static partial void LogFault(ILogger logger, string method, Exception fault);
}
