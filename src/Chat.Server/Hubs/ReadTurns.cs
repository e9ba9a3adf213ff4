using System.Threading.RateLimiting;
using Chat.Protocol;
using Microsoft.AspNetCore.SignalR;

namespace Chat.Server.Hubs;

/// <summary>Has the reads of one user wait for each other, over all its connections: who asks for much at once waits, and nobody else does.</summary>
internal sealed class ReadTurns : IHubFilter, IDisposable
{
    // Half of the log's readers.
    private const int AtOnce = 2;

    private static readonly ConcurrencyLimiterOptions Turns = new() { PermitLimit = AtOnce, QueueLimit = int.MaxValue }; // a connection's calls are bounded

    private readonly PartitionedRateLimiter<string> byUser = PartitionedRateLimiter.Create<string, string>(
        static user => RateLimitPartition.GetConcurrencyLimiter(user, static _ => Turns), StringComparer.Ordinal);

    public ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocation, Func<HubInvocationContext, ValueTask<object?>> next) =>
        invocation.HubMethodName is nameof(IChatHub.Read) or nameof(IChatHub.Resume) or nameof(IChatHub.Conversations) or nameof(IChatHub.MarkRead)
            ? InTurnAsync(invocation, next)
            : next(invocation);

    public void Dispose() => byUser.Dispose();

    private async ValueTask<object?> InTurnAsync(HubInvocationContext invocation, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        using var turn = await byUser.AcquireAsync(invocation.Context.UserIdentifier!, 1, invocation.Context.ConnectionAborted);
        return await next(invocation);
    }
}
