using Chat.Server.Log;
using Chat.Server.Storage.Sqlite;
using Chat.Server.Tests.Running;
using Microsoft.Extensions.Logging;

namespace Chat.Server.Tests.Storage.Sqlite.Retention;

/// <summary>With a wrong clock the log deletes nothing early, and keeps nothing for ever.</summary>
public sealed class ClockStepTests : IDisposable
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan FortyDays = TimeSpan.FromDays(40);

    private readonly SteppedTime time = new();
    private readonly CapturedLog lines = new();
    private readonly LoggerFactory loggers;
    private readonly LogFixture fixture;

    public ClockStepTests()
    {
        loggers = new LoggerFactory([lines]);
        fixture = new LogFixture { Time = time, Logger = loggers.CreateLogger<SqliteMessageLog>() };
    }

    public void Dispose()
    {
        fixture.Dispose();
        loggers.Dispose();
        lines.Dispose();
    }

    [Theory]
    [InlineData(40)]
    [InlineData(-40)]
    public async Task StepThatIsUndone_DeletesAndForgetsNothing(int days)
    {
        using var log = fixture.Open();
        await PassAsync(log, 3, Hour);
        await log.SendAsync("a", "b", "before", "key 1");
        time.Ahead = TimeSpan.FromDays(days);
        await log.SendAsync("a", "b", "meanwhile", "key 2");
        await PassAsync(log, 2, Minute);
        (await DuplicateAsync(log, "before", "key 1")).Should().BeTrue();
        (await DuplicateAsync(log, "meanwhile", "key 2")).Should().BeTrue();
        time.Ahead = TimeSpan.Zero;
        await PassAsync(log, 3, Hour);
        (await DuplicateAsync(log, "before", "key 1")).Should().BeTrue();
        (await DuplicateAsync(log, "meanwhile", "key 2")).Should().BeTrue();
        (await log.AfterAsync("b")).Contents().Should().Equal("before", "meanwhile");
    }

    [Fact]
    public async Task SlowDriftBetweenTheClocks_IsNoStep()
    {
        using var log = fixture.Open();
        for (var hour = 0; hour < 48; hour++)
        {
            await PassAsync(log, 1, Hour + Minute);
            time.Ahead += TimeSpan.FromSeconds(20);
        }
        await PassAsync(log, 1, Minute);
        lines.ToString().Should().NotContain("The machine's clock went");
    }

    [Fact]
    public async Task StepThatUndoesASmallerOne_IsNoticed()
    {
        using var log = fixture.Open();
        await PassAsync(log, 1, Minute);
        time.Ahead = TimeSpan.FromMinutes(4);
        await PassAsync(log, 1, Minute);
        time.Ahead = TimeSpan.FromMinutes(-3);
        await PassAsync(log, 1, Minute);
        lines.ToString().Should().Contain("went back by 7.0 minutes");
    }

    [Fact]
    public async Task EachStep_IsNamedInAWarning()
    {
        using var log = fixture.Open();
        await PassAsync(log, 1, Hour);
        time.Ahead = FortyDays;
        await PassAsync(log, 1, Minute);
        lines.ToString().Should().Contain("Warning").And.Contain("went forward by 40.0 days").And.Contain("for an hour, at 2027-01-02 14:01:01Z");
        time.Ahead = TimeSpan.Zero;
        await PassAsync(log, 1, Minute);
        lines.ToString().Should().Contain("went back by 40.0 days").And.Contain("for an hour, at 2026-11-23 14:02:02Z");
        lines.ToString().Should().NotContain("deletes old messages again");
        await PassAsync(log, 61, Minute);
        lines.ToString().Should().Contain("deletes old messages again");
    }

    [Fact]
    public async Task SmallCorrections_KeepTheClockTrusted()
    {
        using var log = fixture.Open();
        await PassAsync(log, 2, Hour);
        await log.SendAsync("a", "b", "old");
        await PassAsync(log, 30 * 24, Hour);
        time.Ahead = TimeSpan.FromMinutes(4);
        await PassAsync(log, 1, Minute);
        (await log.AfterAsync("b")).Messages.Should().BeEmpty();
        lines.ToString().Should().NotContain("Warning");
    }

    [Fact]
    public async Task SmallCorrectionsThatAddUp_AreAStep()
    {
        using var log = fixture.Open();
        await PassAsync(log, 2, Hour);
        time.Ahead = TimeSpan.FromMinutes(4);
        await PassAsync(log, 1, Minute);
        time.Ahead = TimeSpan.FromMinutes(8);
        await PassAsync(log, 1, Minute);
        lines.ToString().Should().Contain("went forward by 8.0 minutes");
    }

    [Fact]
    public async Task MessageStampedInTheFuture_ExpiresWithItsNeighbours()
    {
        using var log = fixture.Open();
        await PassAsync(log, 2, Hour);
        await log.SendAsync("a", "b", "before");
        time.Ahead = TimeSpan.FromDays(20_000);
        await log.SendAsync("a", "b", "future", "key");
        time.Ahead = TimeSpan.Zero;
        await log.SendAsync("a", "b", "after");
        await PassAsync(log, 25, Hour);
        (await log.AfterAsync("b")).Contents().Should().Equal("before", "future", "after");
        (await DuplicateAsync(log, "future", "key")).Should().BeFalse(because: "keys expire after a day");
        await PassAsync(log, 29 * 24, Hour);
        (await log.AfterAsync("b")).Contents().Should().Equal("future");
    }

    [Fact]
    public async Task ClockTrustedInTheFuture_KeepsNothingForEver()
    {
        using var log = fixture.Open();
        time.Ahead = TimeSpan.FromDays(20_000);
        await PassAsync(log, 5, Hour);
        await log.SendAsync("a", "b", "future");
        time.Ahead = TimeSpan.Zero;
        await PassAsync(log, 5, Hour);
        await log.SendAsync("a", "b", "after");
        await PassAsync(log, 29 * 24, Hour);
        (await log.AfterAsync("b")).Contents().Should().Equal("future", "after");
        await PassAsync(log, 25, Hour);
        (await log.AfterAsync("b")).Messages.Should().BeEmpty();
    }

    [Fact]
    public async Task MessagesOfASlowClock_AreNotDeletedEarly()
    {
        using var log = fixture.Open();
        await PassAsync(log, 2, Hour);
        await log.SendAsync("a", "b", "before");
        time.Ahead = -FortyDays;
        await PassAsync(log, 24, Hour);
        await log.SendAsync("a", "b", "past");
        await PassAsync(log, 24, Hour);
        time.Ahead = TimeSpan.Zero;
        await PassAsync(log, 27 * 24, Hour);
        (await log.AfterAsync("b")).Contents().Should().Equal("before", "past");
        await PassAsync(log, 25, Hour);
        (await log.AfterAsync("b")).Contents().Should().Equal("past");
        await PassAsync(log, 25, Hour);
        (await log.AfterAsync("b")).Messages.Should().BeEmpty();
    }

    [Fact]
    public async Task NewLogWithALateClock_LosesNothing()
    {
        time.Ahead = TimeSpan.FromDays(-2000);
        using var log = fixture.Open();
        await log.SendAsync("a", "b", "first");
        await PassAsync(log, 10, Minute);
        time.Ahead = TimeSpan.Zero;
        await PassAsync(log, 3, Hour);
        (await log.AfterAsync("b")).Contents().Should().Equal("first");
    }

    [Fact]
    public async Task Suspend_OnlyDelaysTheSweep()
    {
        using var log = fixture.Open();
        await PassAsync(log, 2, Hour);
        await log.SendAsync("a", "b", "before");
        time.Ahead = FortyDays;
        await log.SendAsync("a", "b", "after");
        await PassAsync(log, 59, Minute);
        (await log.AfterAsync("b")).Contents().Should().Equal("before", "after");
        await PassAsync(log, 2, Minute);
        (await log.AfterAsync("b")).Contents().Should().Equal("after");
    }

    [Fact]
    public async Task LongDowntime_OnlyDelaysTheSweep()
    {
        using (var log = fixture.Open())
            await log.SendAsync("a", "b", "before", "key");
        time.Advance(FortyDays);
        using (var log = fixture.Open())
        {
            await log.SendAsync("a", "b", "after");
            await PassAsync(log, 59, Minute);
            lines.ToString().Should().Contain("is 40.0 days after the last time in the message log").And.Contain("for an hour, at 2027-01-02 13:00:00Z");
            (await log.AfterAsync("b")).Contents().Should().Equal("before", "after");
            (await DuplicateAsync(log, "before", "key")).Should().BeTrue();
            await PassAsync(log, 2, Minute);
            (await log.AfterAsync("b")).Contents().Should().Equal("after");
            (await DuplicateAsync(log, "before", "key")).Should().BeFalse();
        }
    }

    [Theory]
    [InlineData(40)]
    [InlineData(-40)]
    public async Task RestartsWithAWrongClock_DeleteAndForgetNothing(int days)
    {
        using (var log = fixture.Open())
        {
            await PassAsync(log, 2, Hour);
            await log.SendAsync("a", "b", "before", "key");
        }
        time.Ahead = TimeSpan.FromDays(days);
        for (var start = 0; start < 3; start++)
            using (var log = fixture.Open())
            {
                await PassAsync(log, 5, Minute);
                (await DuplicateAsync(log, "before", "key")).Should().BeTrue();
                await log.SendAsync("a", "b", $"{start}");
            }
        time.Ahead = TimeSpan.Zero;
        using (var log = fixture.Open())
        {
            await PassAsync(log, 5, Hour);
            (await log.AfterAsync("b")).Contents().Should().Equal("before", "0", "1", "2");
            (await DuplicateAsync(log, "before", "key")).Should().BeTrue();
        }
    }

    [Fact]
    public async Task KeyThatIsADayOldAfterAStep_ExpiresOnceTheClockIsTrusted()
    {
        using var log = fixture.Open();
        await PassAsync(log, 2, Hour);
        await log.SendAsync("a", "b", "once", "key");
        await PassAsync(log, 23, Hour);
        time.Ahead = Hour / 2;
        await PassAsync(log, 45, Minute);
        (await DuplicateAsync(log, "once", "key")).Should().BeTrue();
        await PassAsync(log, 20, Minute);
        (await DuplicateAsync(log, "once", "key")).Should().BeFalse();
    }

    [Fact]
    public async Task Steps_DoNotAffectRetentionByCount()
    {
        fixture.Options.RetentionCount = 1;
        using var log = fixture.Open();
        time.Ahead = FortyDays;
        await log.SendAsync("a", "b", "1");
        await log.SendAsync("a", "b", "2");
        (await log.AfterAsync("b")).Contents().Should().Equal("2");
    }

    [Fact]
    public async Task MessagesOfAnEarlierVersion_ExpireByTheirStamps()
    {
        using (var log = fixture.Open())
            foreach (var content in (string[])["right", "future", "right, too"])
                await log.SendAsync("a", "b", content, content);
        fixture.MakeEarlierVersion(4);
        fixture.Execute("UPDATE message SET sent_at = sent_at + 20 * 86400000 WHERE content = 'future'");
        time.Advance(TimeSpan.FromHours(12));
        using (var log = fixture.Open())
        {
            await PassAsync(log, 29 * 24, Hour);
            (await log.AfterAsync("b")).Contents().Should().Equal("right", "future", "right, too");
            await PassAsync(log, 13, Hour);
            (await log.AfterAsync("b")).Contents().Should().Equal("future", "right, too");
            await PassAsync(log, 12, Hour);
            (await log.AfterAsync("b")).Messages.Should().BeEmpty();
        }
    }

    [Fact]
    public async Task KeysOfAnEarlierVersion_ExpireWithinADay()
    {
        using (var log = fixture.Open())
            await log.SendAsync("a", "b", "x", "key");
        fixture.MakeEarlierVersion(4);
        fixture.Execute("DELETE FROM message; UPDATE log SET indexed = 1; "
            + "INSERT INTO sent_key SELECT 'a', 'key', 1, 1, unixepoch('2126-01-01') * 1000, zeroblob(16)");
        using (var log = fixture.Open())
        {
            (await FluentActions.Awaiting(() => log.SendAsync("a", "b", "x", "key")).Should().ThrowAsync<Chat.Protocol.ChatException>())
                .Which.Error.Should().Be(Chat.Protocol.ChatError.KeyConflict, because: "the key is known, for another message");
            await PassAsync(log, 25, Hour);
            (await DuplicateAsync(log, "x", "key")).Should().BeFalse();
        }
    }

    [Fact]
    public async Task ClockPoints_StayUnder1024()
    {
        fixture.Options.RetentionDays = 100;
        using var log = fixture.Open();
        await PassAsync(log, 2, Hour);
        time.Ahead = TimeSpan.FromDays(20_000);
        await log.SendAsync("a", "b", "future");
        time.Ahead = TimeSpan.Zero;
        await PassAsync(log, 98 * 24, Hour);
        (await log.AfterAsync("b")).Contents().Should().Equal("future");
        fixture.Number("SELECT count(*) FROM clock").Should().BeInRange(500, 1024);
        await PassAsync(log, 3 * 24, Hour);
        (await log.AfterAsync("b")).Messages.Should().BeEmpty();
    }

    /// <summary>Advances time in steps; after each step a sweep finishes.</summary>
    private async Task PassAsync(IMessageLog log, int steps, TimeSpan step)
    {
        for (var i = 0; i < steps; i++)
        {
            time.Advance(step);
            await log.ConfirmAsync([]);
        }
        // A sweep that is running may have started before the last step.
        time.Advance(Minute / 60);
        await log.ConfirmAsync([]);
    }

    private static async Task<bool> DuplicateAsync(IMessageLog log, string content, string key) => (await log.SendAsync("a", "b", content, key)).Duplicate;
}
