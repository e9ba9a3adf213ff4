using Chat.Server.Log;

namespace Chat.Server.Tests.Storage.Sqlite.Retention;

/// <summary>What the file still holds after one sweep.</summary>
public sealed class RetentionProgressTests : IDisposable
{
    // One chunk of the index is 65 536 entries, two a message; it is written a slice a commit.
    private const int MoreThanAChunk = 33_000;
    private const int MoreThanItsSlices = 80;

    private static readonly TimeSpan Sweep = TimeSpan.FromMinutes(1);

    private readonly LogFixture fixture = new();

    public void Dispose() => fixture.Dispose();

    [Fact]
    public async Task RetentionComesToItsEndThoughNobodySendsAnyMore()
    {
        fixture.Options.RetentionCount = 100;
        using var log = fixture.Open();
        await SendAsync(log, MoreThanAChunk);
        fixture.Time.Advance(Sweep);
        // The newest messages may not be in the index yet; those stay until it has grown.
        fixture.WaitFor("SELECT count(*) < 1000 FROM message", 1);
        (await log.AfterAsync("c")).Contents().Should().Equal(Enumerable.Range(MoreThanAChunk - 100, 100).Select(n => $"{n}"));
    }

    [Fact]
    public async Task SendersAreAnsweredWhileRetentionHasMuchToDo()
    {
        fixture.Options.RetentionDays = 1;
        using var log = fixture.Open();
        await SendAsync(log, MoreThanAChunk);
        fixture.Time.Advance(TimeSpan.FromHours(25));
        for (var i = 0; i < 10; i++)
            await log.SendAsync("x", "y", $"{i}");
        fixture.WaitFor("SELECT count(*) FROM message", 10);
        (await log.AfterAsync("y")).Contents().Should().Equal(Enumerable.Range(0, 10).Select(i => $"{i}"));
    }

    [Fact]
    public async Task ASweepRemovesEveryExpiredKey()
    {
        using (var log = fixture.Open())
        {
            await SendAsync(log, MoreThanAChunk, keyed: true);
            for (var i = 0; i < MoreThanItsSlices; i++)
                await log.SendAsync("x", "y", "a slice");
        }
        fixture.Number("SELECT count(*) FROM sent_key").Should().BeGreaterThan(30_000);
        using (fixture.Open())
        {
            fixture.Time.Advance(TimeSpan.FromHours(25));
            fixture.WaitFor("SELECT count(*) FROM sent_key", 0);
        }
    }

    [Fact]
    public async Task NoTraceOfATrimmedMessageIsWrittenAfterwards()
    {
        fixture.Options.RetentionDays = 1;
        using var log = fixture.Open();
        await log.SendAsync("a", "b", "old");
        fixture.Time.Advance(TimeSpan.FromHours(25));
        await SendAsync(log, MoreThanAChunk);
        for (var i = 0; i < MoreThanItsSlices; i++)
            await log.SendAsync("x", "y", "a slice");
        fixture.Number("SELECT count(*) FROM entry WHERE message NOT IN (SELECT number FROM message)").Should().Be(0);
        fixture.Number("SELECT count(*) FROM entry").Should().BeGreaterThan(60_000);
        (await log.AfterAsync("a")).Contents().Should().Equal(Enumerable.Range(0, MoreThanAChunk).Select(n => $"{n}"));
        (await log.GetBoundsAsync("b", default)).Should().Be(new StreamBounds(1, 1));
    }

    [Fact]
    public async Task AMessageThatGoesWhileItsChunkIsBeingWrittenLeavesNoTrace()
    {
        fixture.Options.RetentionDays = 1;
        using (var log = fixture.Open())
        {
            await SendAsync(log, MoreThanAChunk);
            fixture.Time.Advance(TimeSpan.FromHours(25));
            fixture.WaitFor("SELECT count(*) FROM message", 0);
            for (var i = 0; i < MoreThanItsSlices; i++)
                await log.ConfirmAsync([new Confirmation("a", "a", 1)]);
            fixture.Number("SELECT count(*) FROM entry").Should().Be(0);
        }
        using (var log = fixture.Open())
        {
            (await log.GetBoundsAsync("c", default)).Should().Be(new StreamBounds(MoreThanAChunk, MoreThanAChunk));
            (await log.SendAsync("c", "c", "next")).Offset.Should().Be(MoreThanAChunk + 1);
            (await log.AfterAsync("c")).Contents().Should().Equal("next");
        }
    }

    private static async Task SendAsync(IMessageLog log, int count, bool keyed = false)
    {
        for (var i = 0; i < count; i += 1000)
            await Task.WhenAll(Enumerable.Range(i, 1000).Select(n => log.SendAsync("a", "c", $"{n}", keyed ? $"key {n}" : null)));
    }
}
