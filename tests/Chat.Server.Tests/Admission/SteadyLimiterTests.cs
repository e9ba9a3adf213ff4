using System.Threading.RateLimiting;
using Chat.Server.Admission;

namespace Chat.Server.Tests.Admission;

/// <summary>.NET may dispose a key's idle limiter between a caller's look-up and its use.</summary>
public sealed class SteadyLimiterTests
{
    [Fact]
    public async Task AttemptOnALimiterJustDisposed_IsRepeated()
    {
        await using var limiter = new SteadyLimiter<string>(new IdleRace(failures: 1));
        limiter.AttemptAcquire("alice").IsAcquired.Should().BeTrue();
    }

    [Fact]
    public async Task WaitOnALimiterJustDisposed_IsRepeated()
    {
        await using var limiter = new SteadyLimiter<string>(new IdleRace(failures: 1));
        (await limiter.AcquireAsync("alice")).IsAcquired.Should().BeTrue();
    }

    [Fact]
    public async Task StatisticsOfALimiterJustDisposed_AreReadAgain()
    {
        await using var limiter = new SteadyLimiter<string>(new IdleRace(failures: 1));
        limiter.GetStatistics("alice").Should().NotBeNull();
    }

    [Fact]
    public async Task DisposedLimiter_Throws()
    {
        await using var limiter = new SteadyLimiter<string>(new IdleRace(failures: int.MaxValue));
        FluentActions.Invoking(() => limiter.AttemptAcquire("alice")).Should().Throw<ObjectDisposedException>();
    }

    /// <summary>A limiter that fails as often as given, as if its key was just removed.</summary>
    private sealed class IdleRace(int failures) : PartitionedRateLimiter<string>
    {
        private readonly ConcurrencyLimiter next = new(new ConcurrencyLimiterOptions { PermitLimit = 1 });
        private int calls;

        public override RateLimiterStatistics? GetStatistics(string resource) => Next().GetStatistics();

        protected override RateLimitLease AttemptAcquireCore(string resource, int permitCount) => Next().AttemptAcquire(permitCount);

        protected override ValueTask<RateLimitLease> AcquireAsyncCore(string resource, int permitCount, CancellationToken cancellationToken) =>
            Next().AcquireAsync(permitCount, cancellationToken);

        protected override void Dispose(bool disposing)
        {
            next.Dispose();
            base.Dispose(disposing);
        }

        private ConcurrencyLimiter Next()
        {
            ObjectDisposedException.ThrowIf(calls++ < failures, this);
            return next;
        }
    }
}
