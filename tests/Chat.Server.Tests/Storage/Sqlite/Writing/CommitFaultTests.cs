using Chat.Server.Log;
using Chat.Server.Storage.Sqlite.Files;
using Chat.Server.Storage.Sqlite.Writing;
using Chat.Server.Tests.Running;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chat.Server.Tests.Storage.Sqlite.Writing;

/// <summary>A fault after the commit, before memory is updated: the message is durable, so its call must not fail.</summary>
public sealed class CommitFaultTests : IDisposable
{
    private readonly LogFixture fixture = new();

    public void Dispose() => fixture.Dispose();

    [Fact]
    public async Task FaultAfterCommit_StopsTheProcessAndFailsNoStoredMessage()
    {
        var stopped = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        var append = new AppendWork(new Draft("a", "b", "stored", null));
        var answer = append.Task;
        using (var opened = OpenedLog.Open(fixture.Path, fixture.Storage, fixture.Time, NullLogger.Instance))
        {
            using var checkpoints = new Checkpoints(opened.Session, opened.Database);
            var transaction = new LogTransaction(opened, checkpoints);
            var queue = new WriterQueue(fixture.Storage.LongestWait, TimeSpan.Zero, fixture.Time);
            var writer = new LogWriter(queue, transaction, fixture, stopped.SetResult, NullLogger.Instance);
            queue.Add(append);
            queue.Add(new FaultyWork());
            writer.Start();
            (await Wait.ForAsync(stopped.Task, "The stop")).Message.Should().Contain("a fault of the test");
            FluentActions.Invoking(() => queue.Add(new FaultyWork())).Should().Throw<LogUnavailableException>();
            writer.Join();
        }
        await answer.Invoking(it => it).Should().ThrowAsync<LogFailedException>(because: "a receipt or a refusal might be wrong");
        using var log = fixture.Open();
        (await log.AfterAsync("b")).Contents().Should().Equal("stored");
    }

    private sealed class FaultyWork : WriterWork
    {
        protected override void Write(LogTransaction transaction) { }

        public override void Complete() => throw new InvalidOperationException("a fault of the test");

        public override void Fail(Exception reason) { }
    }
}
