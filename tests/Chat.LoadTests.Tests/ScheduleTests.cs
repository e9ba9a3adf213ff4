using Chat.LoadTests.Generator;

namespace Chat.LoadTests.Tests;

public sealed class ScheduleTests
{
    private const long Second = 1_000_000_000;

    [Fact]
    public void Messages_AreDueAtTheRate()
    {
        var schedule = new Schedule(start: 5 * Second, rate: 4);

        TakeAll(schedule, now: 6 * Second).Should().Equal(5 * Second, (5 * Second) + (Second / 4), (5 * Second) + (Second / 2), (5 * Second) + (3 * Second / 4), 6 * Second);
    }

    [Fact]
    public void MessageBeforeItsTime_IsNotTaken() => new Schedule(start: 10, rate: 1).TryTake(now: 9, out _).Should().BeFalse();

    // Coordinated omission: a generator that stalls must not forget the messages that were due meanwhile, nor count their wait from when it sent them.
    [Fact]
    public void MessagesDueDuringAStall_KeepTheirDueTimes()
    {
        var schedule = new Schedule(start: 0, rate: 1_000);
        TakeAll(schedule, now: Second);

        var afterStall = TakeAll(schedule, now: 3 * Second);

        afterStall.Should().HaveCount(2_000);
        afterStall[0].Should().Be(Second + (Second / 1_000));
    }

    [Fact]
    public void OddRate_DoesNotDrift()
    {
        var schedule = new Schedule(start: 0, rate: 3);

        TakeAll(schedule, now: 1_000 * Second).Should().HaveCount(3_001).And.EndWith(1_000 * Second);
    }

    private static List<long> TakeAll(Schedule schedule, long now)
    {
        var taken = new List<long>();
        while (schedule.TryTake(now, out var due))
            taken.Add(due);
        return taken;
    }
}
