using System.Threading.RateLimiting;
using Chat.Server.Admission;

namespace Chat.Server.History;

/// <summary>Has the reads of one user wait for each other, over all its connections: who asks for much at once waits, and nobody else does.</summary>
internal sealed class ReadTurns : IDisposable
{
    // Half of the log's readers.
    private const int AtOnce = 2;

    private static readonly ConcurrencyLimiterOptions Turns = new() { PermitLimit = AtOnce, QueueLimit = int.MaxValue }; // a connection's calls are bounded

    private readonly PartitionedRateLimiter<string> byUser = new SteadyLimiter<string>(PartitionedRateLimiter.Create<string, string>(
        static user => RateLimitPartition.GetConcurrencyLimiter(user, static _ => Turns), StringComparer.Ordinal));

    /// <summary>Waits for the user's turn, which lasts until what is returned is disposed.</summary>
    public ValueTask<RateLimitLease> TakeAsync(string user, CancellationToken cancellationToken) => byUser.AcquireAsync(user, 1, cancellationToken);

    public void Dispose() => byUser.Dispose();
}
