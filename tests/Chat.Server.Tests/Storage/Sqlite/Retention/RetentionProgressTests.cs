using Chat.Server.Log;

namespace Chat.Server.Tests.Storage.Sqlite.Retention;

/// <summary>The content of the file after a sweep.</summary>
public sealed class RetentionProgressTests : IDisposable
{
    private static readonly TimeSpan Sweep = TimeSpan.FromMinutes(1);

    private readonly LogFixture fixture = new();

    public void Dispose() => fixture.Dispose();

    [Fact]
    public async Task RetentionByCount_FinishesWithoutNewMessages()
    {
        fixture.Options.RetentionCount = 100;
        using var log = fixture.Open();
        await SendAsync(log, IndexChunk.Messages);
        fixture.Time.Advance(Sweep);
        // Unindexed messages stay until the index grows.
        fixture.WaitFor("SELECT count(*) < 1000 FROM message", 1);
        (await log.AfterAsync("c")).Contents().Should().Equal(Enumerable.Range(IndexChunk.Messages - 100, 100).Select(n => $"{n}"));
    }

    [Fact]
    public async Task SendsDuringALongSweep_Complete()
    {
        fixture.Options.RetentionDays = 1;
        using var log = fixture.Open();
        await SendAsync(log, IndexChunk.Messages);
        fixture.Time.Advance(TimeSpan.FromHours(25));
        for (var i = 0; i < 10; i++)
            await log.SendAsync("x", "y", $"{i}");
        fixture.WaitFor("SELECT count(*) FROM message", 10);
        (await log.AfterAsync("y")).Contents().Should().Equal(Enumerable.Range(0, 10).Select(i => $"{i}"));
    }

    [Fact]
    public async Task Sweep_RemovesEveryExpiredKey()
    {
        using (var log = fixture.Open())
        {
            await SendAsync(log, IndexChunk.Messages, keyed: true);
            await log.WriteSlicesAsync();
        }
        fixture.Number("SELECT count(*) FROM sent_key").Should().BeGreaterThan(30_000);
        using (fixture.Open())
        {
            fixture.Time.Advance(TimeSpan.FromHours(25));
            fixture.WaitFor("SELECT count(*) FROM sent_key", 0);
        }
    }

    [Fact]
    public async Task TrimmedMessage_IsNotIndexedLater()
    {
        fixture.Options.RetentionDays = 1;
        using var log = fixture.Open();
        await log.SendAsync("a", "b", "old");
        fixture.Time.Advance(TimeSpan.FromHours(25));
        await SendAsync(log, IndexChunk.Messages);
        await log.WriteSlicesAsync();
        fixture.Number("SELECT count(*) FROM entry WHERE message NOT IN (SELECT number FROM message)").Should().Be(0);
        fixture.Number("SELECT count(*) FROM entry").Should().BeGreaterThan(60_000);
        (await log.AfterAsync("a")).Contents().Should().Equal(Enumerable.Range(0, IndexChunk.Messages).Select(n => $"{n}"));
        (await log.GetBoundsAsync("b", default)).Should().Be(new StreamBounds(1, 1));
    }

    [Fact]
    public async Task MessageTrimmedDuringIndexing_LeavesNoEntry()
    {
        fixture.Options.RetentionDays = 1;
        using (var log = fixture.Open())
        {
            await SendAsync(log, IndexChunk.Messages);
            fixture.Time.Advance(TimeSpan.FromHours(25));
            fixture.WaitFor("SELECT count(*) FROM message", 0);
            for (var i = 0; i < IndexChunk.Commits; i++)
                await log.ConfirmAsync([new Confirmation("a", "a", 1)]);
            fixture.Number("SELECT count(*) FROM entry").Should().Be(0);
        }
        using (var log = fixture.Open())
        {
            (await log.GetBoundsAsync("c", default)).Should().Be(new StreamBounds(IndexChunk.Messages, IndexChunk.Messages));
            (await log.SendAsync("c", "c", "next")).Offset.Should().Be(IndexChunk.Messages + 1);
            (await log.AfterAsync("c")).Contents().Should().Equal("next");
        }
    }

    private static async Task SendAsync(IMessageLog log, int count, bool keyed = false)
    {
        for (var i = 0; i < count; i += 1000)
            await Task.WhenAll(Enumerable.Range(i, 1000).Select(n => log.SendAsync("a", "c", $"{n}", keyed ? $"key {n}" : null)));
    }
}
