using Microsoft.Extensions.Time.Testing;

namespace Chat.Server.Tests.Storage.Sqlite.Retention;

/// <summary>A time provider with a wrong wall clock; its monotonic clock and timers are right.</summary>
internal sealed class SteppedTime() : FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero))
{
    /// <summary>Time by which the wall clock is ahead.</summary>
    public TimeSpan Ahead { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;

    public override long GetTimestamp() => base.GetUtcNow().Ticks;
}
