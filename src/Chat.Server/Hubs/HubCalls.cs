using Chat.Protocol;
using Chat.Server.Admission;
using Microsoft.AspNetCore.SignalR;

namespace Chat.Server.Hubs;

/// <summary>Makes the calls of SignalR clients: limits the writing calls of each user, and answers each call.</summary>
internal sealed class HubCalls(Refusals refusals, SendLimits limits) : IHubFilter
{
    public async ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocation, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        try
        {
            if (invocation.HubMethodArguments is [null, ..])
                throw new ChatException(ChatError.BadRequest, "A call takes one object.");
            if (Writes(invocation.HubMethodName) && !limits.TrySend(invocation.Context.UserIdentifier!))
                throw new ChatException(ChatError.RateLimited, limits.TooFast);
            return await next(invocation);
        }
        catch (Exception e)
        {
            throw await refusals.ForCallerAsync(e, invocation);
        }
    }

    public Task OnConnectedAsync(HubLifetimeContext context, Func<HubLifetimeContext, Task> next) => Refusals.OnConnectedAsync(context, next);

    private static bool Writes(string method) =>
        method is nameof(IChatHub.Send) or nameof(IChatHub.Join) or nameof(IChatHub.Leave) or nameof(IChatHub.MarkRead);
}
