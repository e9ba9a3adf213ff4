using System.Net;
using System.Threading.RateLimiting;

namespace Chat.Server.Admission;

/// <summary>How often something may happen from one address (with IPv6: from one network).</summary>
/// <param name="most">Most times in a period; 0 for any number.</param>
/// <param name="period">The period.</param>
internal sealed class AddressLimit(int most, TimeSpan period) : IDisposable
{
    private readonly PartitionedRateLimiter<IPAddress>? limiter = most == 0 ? null
        : new SteadyLimiter<IPAddress>(PartitionedRateLimiter.Create<IPAddress, IPAddress>(address => RateLimitPartition.GetTokenBucketLimiter(address, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = most,
            TokensPerPeriod = most,
            ReplenishmentPeriod = period,
            QueueLimit = 0,
        })));

    /// <summary>Whether it may happen once more.</summary>
    public bool HasRoom(IPAddress? address) =>
        limiter?.GetStatistics(ConnectionLimits.Network(address)) is not { CurrentAvailablePermits: 0 };

    /// <summary>Counts one; false when it was one too many.</summary>
    public bool TryCount(IPAddress? address)
    {
        if (limiter is null)
            return true;
        using var lease = limiter.AttemptAcquire(ConnectionLimits.Network(address));
        return lease.IsAcquired;
    }

    public void Dispose() => limiter?.Dispose();
}
