using Chat.Protocol;
using Chat.Server.Admission;
using Microsoft.AspNetCore.SignalR;

namespace Chat.Server.Hubs;

/// <summary>Refuses writing calls over the user's send rate. Raw connections wait for the rate before they call the hub.</summary>
internal sealed class SendRateFilter(SendLimits limits) : IHubFilter
{
    public ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocation, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        if (Writes(invocation.HubMethodName) && !limits.TrySend(invocation.Context.UserIdentifier!))
            throw new ChatException(ChatError.RateLimited, limits.TooFast);
        return next(invocation);
    }

    private static bool Writes(string method) =>
        method is nameof(IChatHub.Send) or nameof(IChatHub.Join) or nameof(IChatHub.Leave) or nameof(IChatHub.MarkRead);
}
