using System.Threading.RateLimiting;
using Chat.Server.Log;
using Microsoft.Extensions.Options;

namespace Chat.Server.Admission;

/// <summary>Limits the writing calls and the new mailboxes of each user, over all its connections. Back ends have no such limits.</summary>
internal sealed class SendLimits(IOptions<LimitsOptions> options) : IMailboxLimit, IDisposable
{
    // Smooth for users, and cheap.
    private const int RenewalsPerSecond = 10;

    private readonly LimitsOptions limits = options.Value;
    private readonly PartitionedRateLimiter<string>? sends = OfSends(options.Value);
    private readonly PartitionedRateLimiter<string>? mailboxes = options.Value.NewMailboxesPerMinute == 0 ? null
        : PerUser(options.Value.NewMailboxesPerMinute, options.Value.NewMailboxesPerMinute, TimeSpan.FromMinutes(1));

    /// <summary>The text of a refusal over the rate.</summary>
    public string TooFast { get; } = $"A user may make {options.Value.SendsPerSecond} writing calls a second. Send more slowly.";

    /// <summary>Takes one call from the user's allowance; false when there is none left.</summary>
    public bool TrySend(string user)
    {
        if (sends is null)
            return true;
        using var lease = sends.AttemptAcquire(user);
        return lease.IsAcquired;
    }

    /// <summary>Waits for one call of the user's allowance; false when the time is over first.</summary>
    public async Task<bool> WaitToSendAsync(string user, TimeSpan limit)
    {
        using var timeout = new CancellationTokenSource(limit); // by the system's clock, as the buckets
        try
        {
            using var lease = await sends!.AcquireAsync(user, 1, timeout.Token);
            return lease.IsAcquired;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Returns whether the user has half of its burst again.</summary>
    public bool HasRested(string user) => sends?.GetStatistics(user) is not { } now || now.CurrentAvailablePermits * 2 >= limits.SendBurst;

    public bool TryOpen(string sender)
    {
        if (mailboxes is null)
            return true;
        using var lease = mailboxes.AttemptAcquire(sender);
        return lease.IsAcquired;
    }

    public void Dispose()
    {
        sends?.Dispose();
        mailboxes?.Dispose();
    }

    private static PartitionedRateLimiter<string>? OfSends(LimitsOptions limits)
    {
        if (limits.SendsPerSecond == 0)
            return null;
        var renewed = ((limits.SendsPerSecond - 1) / RenewalsPerSecond) + 1; // rounded up
        return PerUser(Math.Max(limits.SendBurst, renewed), renewed, TimeSpan.FromSeconds((double)renewed / limits.SendsPerSecond));
    }

    private static PartitionedRateLimiter<string> PerUser(int most, int renewed, TimeSpan period)
    {
        var bucket = new TokenBucketRateLimiterOptions
        {
            TokenLimit = most,
            TokensPerPeriod = renewed,
            ReplenishmentPeriod = period,
            AutoReplenishment = false, // one timer replenishes all users
            QueueLimit = int.MaxValue, // each connection waits for one call at a time
        };
        // The partition is looked up for each call; only a user's first call allocates.
        var create = RateLimiter (string user) => new TokenBucketRateLimiter(bucket);
        return new SteadyLimiter<string>(PartitionedRateLimiter.Create<string, string>(user => RateLimitPartition.Get(user, create), StringComparer.Ordinal));
    }
}
