using System.Threading.RateLimiting;
using Chat.Server.Admission;

namespace Chat.Server.History;

/// <summary>Limits the concurrent reads of one user over all its connections. Further reads of that user wait; other users do not.</summary>
internal sealed class ReadTurns : IDisposable
{
    // Half of the log's read connections.
    private const int AtOnce = 2;

    // The queue needs no limit: each connection has a limit of calls.
    private static readonly ConcurrencyLimiterOptions Turns = new() { PermitLimit = AtOnce, QueueLimit = int.MaxValue };

    private readonly PartitionedRateLimiter<string> byUser = new SteadyLimiter<string>(PartitionedRateLimiter.Create<string, string>(
        static user => RateLimitPartition.GetConcurrencyLimiter(user, static _ => Turns), StringComparer.Ordinal));

    /// <summary>Waits for the user's turn. The turn ends when the lease is disposed.</summary>
    public ValueTask<RateLimitLease> TakeAsync(string user, CancellationToken cancellationToken) => byUser.AcquireAsync(user, 1, cancellationToken);

    public void Dispose() => byUser.Dispose();
}
