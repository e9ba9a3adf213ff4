using System.Net;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace Chat.Server.Limits;

/// <summary>Bounds the connections that an address asks for and never opens, each of which is kept for a while.</summary>
internal sealed class NegotiateLimit(IOptions<LimitsOptions> options) : IDisposable
{
    // As long as SignalR keeps one.
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(15);

    private readonly PartitionedRateLimiter<IPAddress>? limiter = options.Value.ConnectionsPerAddress == 0 ? null
        : PartitionedRateLimiter.Create<IPAddress, IPAddress>(address => RateLimitPartition.GetTokenBucketLimiter(address, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = options.Value.ConnectionsPerAddress,
            TokensPerPeriod = options.Value.ConnectionsPerAddress,
            ReplenishmentPeriod = KeptFor,
            QueueLimit = 0,
        }));

    public bool TryEnter(IPAddress? address)
    {
        if (limiter is null)
            return true;
        using var lease = limiter.AttemptAcquire(ConnectionLimits.Network(address));
        return lease.IsAcquired;
    }

    public void Dispose() => limiter?.Dispose();
}
