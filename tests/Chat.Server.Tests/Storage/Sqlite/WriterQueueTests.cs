using Chat.Server.Messaging;
using Chat.Server.Storage.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace Chat.Server.Tests.Storage.Sqlite;

/// <summary>The queue is bounded by the time that a message waits.</summary>
public sealed class WriterQueueTests
{
    private readonly FakeTimeProvider time = new();
    private readonly WriterQueue queue;

    public WriterQueueTests() => queue = new WriterQueue(TimeSpan.FromSeconds(2), time);

    [Fact]
    public void MessagesBeyondWhatTheWriterManages_AreRefused()
    {
        WriteAtHundredASecond();
        Fill().Should().BeInRange(90, 110, because: "at a hundred a second more would wait for over a second");
        queue.Load.Should().Be(LogLoad.TooFarBehind);
        queue.Wait.Should().BeCloseTo(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(0.1));
    }

    [Fact]
    public void QueueThatCatchesUp_TakesMessagesAgain()
    {
        WriteAtHundredASecond();
        Fill();
        Complete(100, TimeSpan.FromSeconds(1));
        queue.Load.Should().Be(LogLoad.Normal);
        Fill().Should().BeGreaterThan(50);
    }

    [Fact]
    public void QueueThatIsFilling_SlowsSenders()
    {
        WriteAtHundredASecond();
        Add(60);
        queue.Load.Should().Be(LogLoad.Normal);
        Add(20);
        queue.Load.Should().Be(LogLoad.Behind);
    }

    [Fact]
    public void WriterThatIsStuck_TakesNoMoreMessages()
    {
        Add(1);
        queue.Take([], []);
        time.Advance(TimeSpan.FromSeconds(1.6));
        FluentActions.Invoking(() => Add(1)).Should().Throw<LogUnavailableException>();
    }

    [Fact]
    public void MessageThatHasWaitedTooLong_ExpiresAndLaterOnesDoNot()
    {
        Add(3);
        time.Advance(TimeSpan.FromSeconds(0.9));
        Add(2);
        time.Advance(TimeSpan.FromSeconds(1.2));
        List<WriterWork> batch = [], expired = [];
        queue.Take(batch, expired).Should().BeTrue();
        expired.Should().HaveCount(3);
        batch.Should().HaveCount(2);
        queue.Refuse(expired);
        expired.Should().AllSatisfy(work => ((TestWork)work).Reason.Should().BeOfType<LogUnavailableException>());
        queue.Release(batch.Sum(work => work.Bytes), batch.Count);
        queue.Wait.Should().Be(TimeSpan.Zero, because: "nothing waits");
    }

    [Fact]
    public void ServersOwnWorks_AreNeitherRefusedNorExpire()
    {
        WriteAtHundredASecond();
        Fill();
        queue.Add(new TestWork(mayExpire: false));
        time.Advance(TimeSpan.FromHours(1));
        List<WriterWork> batch = [], expired = [];
        queue.Take(batch, expired);
        batch.Should().ContainSingle().Which.MayExpire.Should().BeFalse();
        expired.Should().HaveCountGreaterThan(80);
    }

    private void WriteAtHundredASecond()
    {
        for (var i = 0; i < 5; i++)
        {
            Add(20);
            Complete(20, TimeSpan.FromSeconds(0.2));
        }
    }

    private void Complete(int count, TimeSpan after)
    {
        List<WriterWork> batch = [];
        queue.Take(batch, []);
        time.Advance(after);
        queue.Release(batch.Take(count).Sum(work => work.Bytes), count);
    }

    private void Add(int count)
    {
        for (var i = 0; i < count; i++)
            queue.Add(new TestWork(mayExpire: true));
    }

    /// <summary>Adds messages until one is refused; returns how many were taken.</summary>
    private int Fill()
    {
        for (var taken = 0; taken < 100_000; taken++)
            try
            {
                Add(1);
            }
            catch (LogUnavailableException)
            {
                return taken;
            }
        throw new InvalidOperationException("The queue has no bound.");
    }

    private sealed class TestWork(bool mayExpire) : WriterWork
    {
        public Exception? Reason { get; private set; }

        public override bool MayExpire => mayExpire;

        public override void Committed()
        {
        }

        public override void Failed(Exception reason) => Reason = reason;

        protected override void Change(LogTransaction transaction)
        {
        }
    }
}
