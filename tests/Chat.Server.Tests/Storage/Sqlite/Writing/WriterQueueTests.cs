using Chat.Server.Log;
using Chat.Server.Storage.Sqlite.Writing;
using Microsoft.Extensions.Time.Testing;

namespace Chat.Server.Tests.Storage.Sqlite.Writing;

/// <summary>The queue limits the time that a message waits.</summary>
public sealed class WriterQueueTests
{
    private readonly FakeTimeProvider time = new();
    private readonly WriterQueue queue;

    public WriterQueueTests() => queue = new WriterQueue(TimeSpan.FromSeconds(2), time);

    [Fact]
    public void MessagesBeyondTheWritersRate_AreRefused()
    {
        WriteTwoThousandASecond();
        Fill().Should().BeInRange(1900, 2100, because: "at two thousand a second, more messages would wait longer than a second");
        queue.Load.Should().Be(LogLoad.TooFarBehind);
        queue.Wait.Should().BeCloseTo(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(0.1));
    }

    [Fact]
    public void QueueThatCaughtUp_AcceptsMessagesAgain()
    {
        WriteTwoThousandASecond();
        Fill();
        Complete(TimeSpan.FromSeconds(0.5));
        Complete(TimeSpan.FromSeconds(0.5));
        queue.Load.Should().Be(LogLoad.Normal);
        Fill().Should().BeGreaterThan(1000);
    }

    [Fact]
    public void GrowingQueue_SlowsSenders()
    {
        WriteTwoThousandASecond();
        Add(1200);
        queue.Load.Should().Be(LogLoad.Normal);
        Add(400);
        queue.Load.Should().Be(LogLoad.Behind);
    }

    [Theory]
    [InlineData(0.025)] // a hard disk
    [InlineData(0.25)] // a busy hard disk
    public void BurstAfterSingleMessages_IsAccepted(double commitSeconds)
    {
        for (var i = 0; i < 50; i++)
            Write(1, TimeSpan.FromSeconds(commitSeconds));
        Add(1);
        Take();
        Add(1000); // the largest push
        queue.Load.Should().NotBe(LogLoad.TooFarBehind, because: "one commit takes them all");
    }

    [Fact]
    public void LargeMessages_CountBySize()
    {
        const int size = 64 << 10;
        for (var i = 0; i < 20; i++)
            Write(4, TimeSpan.FromSeconds(0.02), size);
        Fill(size).Should().BeInRange(180, 220, because: "four fill a commit, and a second holds fifty commits");
    }

    [Fact]
    public void SlowDelivery_CountsAsWait()
    {
        for (var i = 0; i < 20; i++)
            Write(50, TimeSpan.FromSeconds(0.025));
        var undelivered = 0;
        for (; queue.Load != LogLoad.TooFarBehind && undelivered < 1000; undelivered++)
        {
            Add(50);
            Take();
        }
        undelivered.Should().BeInRange(38, 46, because: "a second holds forty commits of 25 ms, even if each has few messages");
    }

    [Fact]
    public void SlowFirstCommit_DoesNotRaiseTheEstimate()
    {
        Write(200, TimeSpan.FromSeconds(0.9));
        Add(1);
        Take();
        Add(200);
        queue.Load.Should().Be(LogLoad.Normal);
    }

    [Fact]
    public void PauseOfTheDisk_DoesNotAffectTheNextFewMessages()
    {
        Write(1, TimeSpan.FromSeconds(5));
        Add(1);
        Take();
        Add(30);
        queue.Load.Should().Be(LogLoad.Normal);
    }

    [Fact]
    public void StuckWriter_AcceptsNoMessages()
    {
        Add(1);
        queue.Take([], []);
        time.Advance(TimeSpan.FromSeconds(1.6));
        FluentActions.Invoking(() => Add(1)).Should().Throw<LogUnavailableException>();
    }

    [Fact]
    public void MessageThatWaitedTooLong_ExpiresAlone()
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
        queue.Release(batch);
        queue.Wait.Should().Be(TimeSpan.Zero, because: "nothing waits");
    }

    [Fact]
    public void ChangesOtherThanMessages_AreNeverRefused()
    {
        WriteTwoThousandASecond();
        Fill();
        queue.Add(new TestWork(mayExpire: false));
        time.Advance(TimeSpan.FromHours(1));
        var refused = 0;
        List<WriterWork> batch = [], expired = [];
        for (; batch.Count == 0; expired.Clear())
        {
            queue.Take(batch, expired);
            refused += expired.Count;
            queue.Refuse(expired);
        }
        batch.Should().ContainSingle().Which.MayExpire.Should().BeFalse();
        refused.Should().BeGreaterThan(1900);
    }

    private void WriteTwoThousandASecond()
    {
        for (var i = 0; i < 5; i++)
            Write(1000, TimeSpan.FromSeconds(0.5));
    }

    private void Write(int count, TimeSpan commit, int size = 0)
    {
        Add(count, size);
        Complete(commit);
    }

    private void Complete(TimeSpan commit)
    {
        var batch = Take();
        time.Advance(commit);
        queue.Release(batch);
    }

    private List<WriterWork> Take()
    {
        List<WriterWork> batch = [];
        queue.Take(batch, []);
        return batch;
    }

    private void Add(int count, int size = 0)
    {
        for (var i = 0; i < count; i++)
            queue.Add(new TestWork(mayExpire: true, size));
    }

    /// <summary>Adds messages until one is refused; returns how many were accepted.</summary>
    private int Fill(int size = 0)
    {
        for (var taken = 0; taken < 100_000; taken++)
            try
            {
                Add(1, size);
            }
            catch (LogUnavailableException)
            {
                return taken;
            }
        throw new InvalidOperationException("The queue has no bound.");
    }

    private sealed class TestWork(bool mayExpire, int size = 0) : WriterWork
    {
        public override int BytesToDeliver => size;

        public Exception? Reason { get; private set; }

        public override bool MayExpire => mayExpire;

        public override void Complete()
        {
        }

        public override void Fail(Exception reason) => Reason = reason;

        protected override void Write(LogTransaction transaction)
        {
        }
    }
}
