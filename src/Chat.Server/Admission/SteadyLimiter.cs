using System.Threading.RateLimiting;

namespace Chat.Server.Admission;

/// <summary>A rate limiter for each key that is safe while idle keys are removed.</summary>
/// <remarks>.NET's partitioned limiter removes a key's limiter after 10 s without use, and disposes it outside its lock. A caller that looked the
/// limiter up before then gets an <see cref="ObjectDisposedException"/>. The next look-up creates a limiter with all its permits, which an idle one
/// would have too: so this class looks it up again.</remarks>
/// <param name="inner">The result of <see cref="PartitionedRateLimiter.Create"/>.</param>
internal sealed class SteadyLimiter<TKey>(PartitionedRateLimiter<TKey> inner) : PartitionedRateLimiter<TKey>
{
    // A new limiter lives for at least 10 s. More failures mean that the partitioned limiter itself is disposed.
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
