using Chat.Server.Storage.Sqlite.Writing;
using Microsoft.Extensions.Time.Testing;

namespace Chat.Server.Tests.Storage.Sqlite.Writing;

public sealed class CommitPaceTests
{
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    private readonly FakeTimeProvider time = new();

    [Fact]
    public void ClientThatWaitsForEachReceipt_IsNotDelayed()
    {
        var pace = Pace(5);
        for (var i = 0; i < 100; i++)
        {
            Add(pace);
            pace.Delay().Should().Be(0);
            pace.Taken(1);
        }
    }

    [Fact]
    public void BatchesOfSeveral_GrowTheIntervalUpToTheBound()
    {
        var pace = Pace(5);
        int[] delays = [.. Enumerable.Range(0, 5).Select(_ =>
        {
            pace.Taken(2);
            return pace.Delay();
        })];
        delays.Should().Equal(1, 2, 4, 5, 5);
    }

    [Fact]
    public void SingleWorks_ShrinkTheIntervalToNothing()
    {
        var pace = Pace(4);
        for (var i = 0; i < 3; i++)
            pace.Taken(2);
        int[] delays = [.. Enumerable.Range(0, 4).Select(_ =>
        {
            pace.Taken(1);
            return pace.Delay();
        })];
        delays.Should().Equal(2, 1, 0, 0);
    }

    [Fact]
    public void QuietWhile_IsFollowedByACommitAtOnce()
    {
        var pace = Gathering(4);
        time.Advance(4 * Millisecond);
        Add(pace);
        pace.Delay().Should().Be(0);
    }

    [Fact]
    public void SteadyArrivals_AreGatheredForTheWholeInterval()
    {
        var pace = Gathering(8);
        for (var i = 0; i < 7; i++)
        {
            time.Advance(Millisecond);
            Add(pace);
            pace.Delay().Should().Be(1, because: "the next look comes soon");
        }
        time.Advance(Millisecond);
        pace.Delay().Should().Be(0);
    }

    [Fact]
    public void SendersThatHaveAllCome_AreNotDelayed()
    {
        var pace = Gathering(8);
        for (var i = 0; i < 64; i++)
        {
            time.Advance(Millisecond / 100);
            Add(pace);
        }
        pace.Delay().Should().Be(1);
        time.Advance(Millisecond);
        pace.Delay().Should().Be(0);
    }

    [Fact]
    public void IntervalOfZero_DelaysNothing()
    {
        var pace = Pace(0);
        pace.Taken(1000);
        Add(pace);
        pace.Delay().Should().Be(0);
    }

    private CommitPace Pace(int milliseconds) => new(milliseconds * Millisecond, time);

    private CommitPace Gathering(int milliseconds)
    {
        var pace = Pace(milliseconds);
        for (var i = 0; i < 5; i++)
            pace.Taken(2);
        return pace;
    }

    private void Add(CommitPace pace) => pace.Added(time.GetTimestamp());
}
