using Chat.Server.Log;
using Chat.Server.Storage.Sqlite.Writing;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Storage.Sqlite.Retention;

/// <summary>Retention removes messages beyond the count, and the file shrinks.</summary>
public sealed class ShrinkTests : IDisposable
{
    private static readonly TimeSpan Sweep = TimeSpan.FromMinutes(1);

    private readonly LogFixture fixture = new() { Options = new MessagingOptions { RetentionDays = 0, RetentionCount = 10 } };

    public void Dispose() => fixture.Dispose();

    [Fact]
    public async Task TrimmedMailbox_LeavesASmallFileDuringAppends()
    {
        using var log = fixture.Open();
        for (var i = 0; i < 3_000; i += 100)
            await Task.WhenAll(Enumerable.Range(i, 100).Select(n => log.SendAsync("a", "c", $"{n}|".PadRight(40_000, 'x'))));
        FileBytes.Should().BeGreaterThan(100_000_000, because: "no sweep has run yet");
        using var stop = new CancellationTokenSource();
        var appends = AppendAsync(log, stop.Token);
        fixture.WaitFor("SELECT count(*) <= 100 FROM message", 1, () => fixture.Time.Advance(Sweep));
        var (slices, unused) = (0, long.MaxValue);
        await Wait.UntilAsync(
            () =>
            {
                fixture.Time.Advance(Sweep);
                var before = unused;
                unused = fixture.Number("PRAGMA freelist_count");
                slices += before - unused > 20 ? 1 : 0; // appends use a few pages
                return Task.FromResult(FileBytes < 12_000_000);
            },
            "A small file");
        slices.Should().BeGreaterThan(5, because: "no append waits until 25 000 pages are returned");
        await stop.CancelAsync();
        (await appends).Should().BePositive();
        (await log.AfterAsync("c")).Contents().Select(content => content.Split('|')[0]).Should().Equal(Enumerable.Range(2_990, 10).Select(n => $"{n}"));
        fixture.Execute("PRAGMA integrity_check").Should().Be("ok");
    }

    [Fact]
    public async Task FileOfAnEarlierVersion_WorksButDoesNotShrink()
    {
        fixture.CreateFileOfEarlierVersion();
        using var log = fixture.Open();
        for (var i = 0; i < 100; i++)
            await log.SendAsync("a", "c", $"{i}");
        fixture.Time.Advance(Sweep);
        fixture.WaitFor("SELECT count(*) FROM message", 10);
        fixture.Number("PRAGMA auto_vacuum").Should().Be(0);
    }

    [Fact]
    public async Task KeyOfARemovedMessage_IsKnownAfterACrash()
    {
        using var log = fixture.Open();
        for (var i = 0; i < 100; i++)
            await log.SendAsync("a", "c", $"{i}", $"key {i}");
        fixture.Time.Advance(Sweep);
        fixture.WaitFor("SELECT count(*) FROM message", 10);
        using var copy = fixture.Copy();
        using var crashed = copy.Open();
        (await crashed.SendAsync("a", "c", "0", "key 0")).Duplicate.Should().BeTrue();
        (await crashed.AfterAsync("c")).Contents().Should().Equal(Enumerable.Range(90, 10).Select(i => $"{i}"));
    }

    [Fact]
    public async Task SmallerCount_AppliesToIdleMailboxes()
    {
        fixture.Options.RetentionCount = 50;
        using (var log = fixture.Open())
        {
            for (var i = 0; i < 100; i++)
                await log.SendAsync("a", "c", $"{i}");
            fixture.Time.Advance(Sweep);
            fixture.WaitFor("SELECT count(*) FROM message", 50);
        }
        fixture.Options.RetentionCount = 10;
        using (fixture.Open())
        {
            fixture.Time.Advance(Sweep);
            fixture.WaitFor("SELECT count(*) FROM message", 10);
        }
        fixture.Number("SELECT count(*) FROM entry").Should().Be(20);
    }

    [Fact]
    public void WorkForAnIdleWriter_ComesLast()
    {
        var queue = new WriterQueue(TimeSpan.FromHours(1), TimeSpan.Zero, TimeProvider.System);
        var (idle, change) = (new ChangeWork<int>(_ => 0), new ChangeWork<int>(_ => 0));
        queue.AddWhenIdle(idle);
        queue.Add(change);
        var batch = new List<WriterWork>();
        queue.Take(batch, []).Should().BeTrue();
        batch.Should().Equal(change);
        batch.Clear();
        queue.Take(batch, []).Should().BeTrue();
        batch.Should().Equal(idle);
    }

    private long FileBytes => new FileInfo(fixture.Path).Length;

    // Slowly, so that the appends fill no chunk of the index.
    private static async Task<int> AppendAsync(IMessageLog log, CancellationToken stop)
    {
        var appended = 0;
        for (; !stop.IsCancellationRequested; appended++)
        {
            await log.SendAsync("x", "y", "z");
            await Task.Delay(20, CancellationToken.None);
        }
        return appended;
    }
}
