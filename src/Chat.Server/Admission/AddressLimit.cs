using System.Net;
using System.Threading.RateLimiting;

namespace Chat.Server.Admission;

/// <summary>Limits the events of one kind from each address, or with IPv6 from each network.</summary>
/// <param name="most">Most events in a period; 0 for no limit.</param>
/// <param name="period">The period.</param>
internal sealed class AddressLimit(int most, TimeSpan period) : IDisposable
{
    private readonly PartitionedRateLimiter<IPAddress>? limiter = most == 0 ? null
        : new SteadyLimiter<IPAddress>(PartitionedRateLimiter.Create<IPAddress, IPAddress>(
            address => RateLimitPartition.GetTokenBucketLimiter(address, _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = most,
                TokensPerPeriod = most,
                ReplenishmentPeriod = period,
                QueueLimit = 0,
            })));

    /// <summary>Returns whether the address may cause another event.</summary>
    public bool HasCapacity(IPAddress? address) =>
        limiter?.GetStatistics(ConnectionLimits.Network(address)) is not { CurrentAvailablePermits: 0 };

    /// <summary>Counts an event; false when it is over the limit.</summary>
    public bool TryCount(IPAddress? address)
    {
        if (limiter is null)
            return true;
        using var lease = limiter.AttemptAcquire(ConnectionLimits.Network(address));
        return lease.IsAcquired;
    }

    public void Dispose() => limiter?.Dispose();
}
