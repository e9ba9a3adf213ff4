using Microsoft.Extensions.Time.Testing;

namespace Chat.Server.Tests.Storage.Sqlite.Retention;

/// <summary>A time whose wall clock can be wrong, while its monotonic clock and its timers go on.</summary>
internal sealed class SteppedTime() : FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero))
{
    /// <summary>How much the wall clock is ahead.</summary>
    public TimeSpan Ahead { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;

    public override long GetTimestamp() => base.GetUtcNow().Ticks;
}
