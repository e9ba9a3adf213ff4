using Chat.Protocol;
using Chat.Server.Hubs;
using Microsoft.AspNetCore.SignalR;

namespace Chat.Server.Raw;

/// <summary>Makes the calls of raw connections one-way: a message takes its place in the log, and the hub goes on to the next frame. The outcome of
/// each call goes to the connection's <see cref="FrameOutcomes"/>.</summary>
internal sealed class OneWayCalls(Refusals refusals) : IHubFilter
{
    public ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocation, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        var outcomes = invocation.Context.Features.Get<FrameOutcomes>()!;
        var ended = ObserveAsync(outcomes, outcomes.TakeFrame(), next, invocation);
        // Only a message is queued when its call returns. Other calls take effect when they end, and the frames behind them wait.
        if (invocation.HubMethodName != nameof(IChatHub.Send))
            return AfterAsync(ended);
        var space = outcomes.SpaceAsync();
        return space.IsCompleted ? default : AfterAsync(space);
    }

    public Task OnConnectedAsync(HubLifetimeContext context, Func<HubLifetimeContext, Task> next) => Refusals.OnConnectedAsync(context, next);

    private async Task ObserveAsync(
        FrameOutcomes outcomes, int bytes, Func<HubInvocationContext, ValueTask<object?>> next, HubInvocationContext invocation)
    {
        try
        {
            await next(invocation);
            outcomes.Complete(bytes);
        }
        catch (Exception e)
        {
            outcomes.Fail(bytes, await refusals.ForCallerAsync(e, invocation));
        }
    }

    private static async ValueTask<object?> AfterAsync(Task task)
    {
        await task;
        return null;
    }
}
