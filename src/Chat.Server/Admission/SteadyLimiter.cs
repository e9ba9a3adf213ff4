using System.Threading.RateLimiting;

namespace Chat.Server.Admission;

/// <summary>A limiter for each key, which a caller can use at any moment.</summary>
/// <remarks>.NET's partitioned limiter removes a key's limiter after 10 s without use, and disposes of it after it has left its lock. A caller that
/// has looked the limiter up before then gets an <see cref="ObjectDisposedException"/>. The next look-up makes a new limiter, with all its permits,
/// as an idle one would have: so the caller only has to ask again.</remarks>
/// <param name="inner">What <see cref="PartitionedRateLimiter.Create"/> made.</param>
internal sealed class SteadyLimiter<TKey>(PartitionedRateLimiter<TKey> inner) : PartitionedRateLimiter<TKey>
{
    // A new limiter lives for 10 s at least. More failures mean that the whole was disposed of.
    private const int Attempts = 3;

    public override RateLimiterStatistics? GetStatistics(TKey resource)
    {
        for (var attempt = 1; ; attempt++)
            try
            {
                return inner.GetStatistics(resource);
            }
            catch (ObjectDisposedException) when (attempt < Attempts)
            {
            }
    }

    protected override RateLimitLease AttemptAcquireCore(TKey resource, int permitCount)
    {
        for (var attempt = 1; ; attempt++)
            try
            {
                return inner.AttemptAcquire(resource, permitCount);
            }
            catch (ObjectDisposedException) when (attempt < Attempts)
            {
            }
    }

    protected override ValueTask<RateLimitLease> AcquireAsyncCore(TKey resource, int permitCount, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
            try
            {
                return inner.AcquireAsync(resource, permitCount, cancellationToken);
            }
            catch (ObjectDisposedException) when (attempt < Attempts)
            {
            }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }

    protected override async ValueTask DisposeAsyncCore()
    {
        await inner.DisposeAsync();
        await base.DisposeAsyncCore();
    }
}
