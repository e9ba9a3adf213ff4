using Chat.Server.Log;

namespace Chat.Server.Tests.Storage.Sqlite.Retention;

public sealed class RetentionTests : IDisposable
{
    private static readonly TimeSpan Sweep = TimeSpan.FromMinutes(1);

    private readonly LogFixture fixture = new();

    public void Dispose() => fixture.Dispose();

    [Fact]
    public async Task Mailbox_KeepsItsCount()
    {
        fixture.Options.RetentionCount = 3;
        using var log = fixture.Open();
        for (var i = 1; i <= 5; i++)
            await log.SendAsync("a", "b", $"{i}");
        (await log.AfterAsync("b")).Contents().Should().Equal("3", "4", "5");
        (await log.GetBoundsAsync("b", default)).Should().Be(new StreamBounds(2, 5));
    }

    [Fact]
    public async Task OldMessages_AreRemovedAndTheirOffsetsNotReused()
    {
        fixture.Options.RetentionDays = 1;
        using (var log = fixture.Open())
        {
            await log.SendAsync("a", "b", "old");
            fixture.Time.Advance(TimeSpan.FromHours(12));
            await log.SendAsync("a", "b", "younger");
            fixture.Time.Advance(TimeSpan.FromHours(12) + Sweep);
            await log.SendAsync("a", "c", "after the first sweep");
            (await log.AfterAsync("b")).Contents().Should().Equal("younger");
            fixture.Time.Advance(TimeSpan.FromHours(25));
            await log.SendAsync("x", "y", "after the second sweep");
            (await log.AfterAsync("b")).Messages.Should().BeEmpty();
            (await log.GetBoundsAsync("b", default)).Should().Be(new StreamBounds(2, 2));
        }
        using (var log = fixture.Open())
        {
            (await log.GetBoundsAsync("b", default)).Should().Be(new StreamBounds(2, 2));
            (await log.SendAsync("b", "b", "new")).Offset.Should().Be(3);
            (await log.AfterAsync("b")).Contents().Should().Equal("new");
        }
    }

    [Fact]
    public async Task TrimmedLog_ReusesNoNumber()
    {
        fixture.Options.RetentionDays = 1;
        string id;
        using (var log = fixture.Open())
        {
            id = (await log.SendAsync("a", "a", "only one")).Id;
            fixture.Time.Advance(TimeSpan.FromHours(25));
            await log.SendAsync("x", "x", "marker");
            fixture.Time.Advance(TimeSpan.FromHours(25));
            await log.ConfirmAsync([new Confirmation("a", "a", 1)]);
        }
        using (var log = fixture.Open())
        {
            var next = await log.SendAsync("a", "a", "next");
            next.Offset.Should().Be(2);
            next.Id[^12..].Should().NotBe(id[^12..], because: "the log never reuses the number in the id");
            log.Epoch.Should().Be(next.Position.Split('.')[0]);
        }
    }

    [Fact]
    public async Task Message_StaysWhileAnotherMailboxKeepsIt()
    {
        fixture.Options.RetentionCount = 100;
        using var log = fixture.Open();
        await log.SendAsync("a", "b", "kept by b");
        for (var i = 0; i < IndexChunk.Messages; i += 1000)
            await Task.WhenAll(Enumerable.Range(i, 1000).Select(n => log.SendAsync("a", "c", $"{n}")));
        // These commits write the chunk; then each sweep removes messages step by step.
        await log.WriteSlicesAsync();
        for (var i = 0; i < 200; i++)
        {
            fixture.Time.Advance(Sweep);
            await log.SendAsync("x", "z", "a step");
        }
        (await log.AfterAsync("b")).Contents().Should().Equal("kept by b");
        (await log.AfterAsync("a")).Contents().Should().Equal(Enumerable.Range(IndexChunk.Messages - 100, 100).Select(n => $"{n}"));
        (await log.AfterAsync("c")).Contents().Should().Equal(Enumerable.Range(IndexChunk.Messages - 100, 100).Select(n => $"{n}"));
    }

    [Fact]
    public async Task ReadsDuringRetention_FindNoHole()
    {
        fixture.Options.RetentionCount = 500;
        using var log = fixture.Open();
        await log.SendAsync("a", "b", "first");
        using var written = new CancellationTokenSource();
        var following = Enumerable.Range(0, 3).Select(_ => Task.Run(() => FollowAsync(log, written.Token))).ToList();
        for (var i = 0; i < 60; i++)
        {
            await Task.WhenAll(Enumerable.Range(0, 1000).Select(n => log.SendAsync("a", "b", $"{i}|{n}")));
            fixture.Time.Advance(Sweep);
        }
        await written.CancelAsync();
        (await Task.WhenAll(following)).Should().OnlyContain(pages => pages > 0);
        (await log.AfterAsync("b")).Messages.Should().HaveCount(500);
    }

    /// <summary>Follows the stream until the writes end; returns the number of pages read.</summary>
    private static async Task<int> FollowAsync(IMessageLog log, CancellationToken written)
    {
        var pages = 0;
        for (long after = 0; !written.IsCancellationRequested || pages == 0; pages++)
        {
            var page = await log.ReadAsync(StreamQuery.Following("b", after, new PageLimit(200, int.MaxValue)), default);
            var first = Math.Max(after, page.Bounds.Trimmed) + 1;
            page.Messages.Select(message => message.Offset).Should().Equal(Enumerable.Range(0, page.Messages.Count).Select(i => first + i));
            after = page.Messages is [.., var last] ? last.Offset - 100 : after;
        }
        return pages;
    }
}
