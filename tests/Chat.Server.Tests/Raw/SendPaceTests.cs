using Chat.Server.Admission;
using Chat.Server.Raw;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Chat.Server.Tests.Raw;

/// <summary>The time for which a sender is slowed down before the server refuses its frames.</summary>
public sealed class SendPaceTests
{
    private readonly FakeTimeProvider time = new();

    [Fact]
    public async Task ShortPause_DoesNotResetTheSlowdown()
    {
        using var limits = Limits(perSecond: 100, burst: 100);
        var pace = new SendPace(limits, time);
        await SlowAsync(pace);
        var refused = false;
        for (var i = 0; i < 200 && !refused; i++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            refused = !await pace.EnterAsync("alice");
        }
        refused.Should().BeTrue();
    }

    [Fact]
    public async Task SenderThatHasRested_IsSlowedAgain()
    {
        // The limiter allows ten at a time. One is at least half of the burst.
        using var limits = Limits(perSecond: 100, burst: 1);
        var pace = new SendPace(limits, time);
        await SlowAsync(pace);
        (await pace.EnterAsync("alice")).Should().BeTrue();
        time.Advance(TimeSpan.FromSeconds(6));
        (await SlowAsync(pace)).Should().BeTrue();
    }

    /// <summary>Sends until a send must wait, and returns the outcome of that send.</summary>
    private static async Task<bool> SlowAsync(SendPace pace)
    {
        var entering = pace.EnterAsync("alice").AsTask();
        while (entering.IsCompleted && await entering)
            entering = pace.EnterAsync("alice").AsTask();
        return !entering.IsCompleted && await entering;
    }

    private static SendLimits Limits(int perSecond, int burst) => new(Options.Create(new LimitsOptions { SendsPerSecond = perSecond, SendBurst = burst }));
}
