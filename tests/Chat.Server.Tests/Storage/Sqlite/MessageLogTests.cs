using Chat.Protocol;
using Chat.Server.Log;

namespace Chat.Server.Tests.Storage.Sqlite;

public sealed class MessageLogTests : IDisposable
{
    private readonly LogFixture fixture = new();

    public void Dispose() => fixture.Dispose();

    [Fact]
    public async Task OffsetsOfAMailbox_HaveNoHoles()
    {
        using var log = fixture.Open();
        var receipts = await Task.WhenAll(Enumerable.Range(0, 2000).Select(i => log.SendAsync($"u{i % 3}", $"u{i % 5}", $"{i}")));
        foreach (var user in receipts.Select(receipt => receipt.Stream).Distinct())
        {
            var page = await log.AfterAsync(user);
            page.Messages.Select(message => message.Offset).Should().Equal(Enumerable.Range(1, page.Messages.Count).Select(i => (long)i));
            page.Bounds.Head.Should().Be(page.Messages.Count);
        }
        fixture.Delivered.Select(message => message.Content).Should().Equal(
            Enumerable.Range(0, 2000).Select(i => $"{i}"), because: "commits follow the order of the calls");
    }

    [Fact]
    public async Task JoinAndLeave_LeavesNothingInTheFile()
    {
        using var log = fixture.Open();
        for (var i = 0; i < 10; i++)
        {
            await log.JoinAsync("a", $"#r {i}", 0);
            await log.ConfirmAsync([new Confirmation("a", $"#r {i}", 0)]);
            await log.LeaveAsync("a", $"#r {i}");
        }
        foreach (var table in (string[])["stream", "member", "confirmed", "read_mark"])
            fixture.Number($"SELECT count(*) FROM {table}").Should().Be(0);
    }

    [Fact]
    public async Task ReopenedLog_HoldsEverything()
    {
        string epoch;
        using (var log = fixture.Open())
        {
            epoch = log.Epoch;
            await log.SendAsync("a", "b", "1\0😀");
            await log.SendAsync("a", "a", "to myself", "key");
            await log.ConfirmAsync([new Confirmation("b", "b", 1)]);
        }
        using (var log = fixture.Open())
        {
            log.Epoch.Should().Be(epoch);
            (await log.AfterAsync("b")).Contents().Should().Equal("1\0😀");
            (await log.AfterAsync("a")).Contents().Should().Equal("1\0😀", "to myself");
            (await log.GetConfirmedAsync("b", "b", default)).Should().Be(1);
            (await log.SendAsync("a", "a", "to myself", "key")).Should().BeEquivalentTo(new { Offset = 2L, Duplicate = true });
            (await log.SendAsync("c", "b", "2")).Duplicate.Should().BeFalse();
            (await log.GetBoundsAsync("b", default)).Head.Should().Be(2);
        }
    }

    [Fact]
    public async Task Reads_FindIndexedAndUnindexedMessages()
    {
        using (var log = fixture.Open())
        {
            await FillAsync(log, IndexChunk.Messages);
            await CheckAsync(log, IndexChunk.Messages);
            // Each of these commits writes a slice of the chunk, so that the reads see parts of it.
            for (var i = 0; i < 40; i++)
            {
                await log.SendAsync("a", "b0", "more");
                (await log.AfterAsync("b0")).Messages.Count.Should().Be((IndexChunk.Messages / 4) + i + 1);
            }
            await CheckAsync(log, IndexChunk.Messages);
        }
        using (var log = fixture.Open())
            await CheckAsync(log, IndexChunk.Messages);
    }

    [Fact]
    public async Task CrashDuringIndexing_LeavesNoHole()
    {
        using var log = fixture.Open();
        await FillAsync(log, IndexChunk.Messages);
        for (var i = 0; i < 5; i++)
        {
            using var copy = fixture.Copy();
            using (var crashed = copy.Open())
            {
                crashed.Epoch.Should().Be(log.Epoch, because: "no message with a receipt is missing");
                await CheckAsync(crashed, IndexChunk.Messages);
                (await crashed.SendAsync("x", "b1", "0", "key-1")).Duplicate.Should().BeFalse();
            }
            for (var j = 0; j < 8; j++)
                await log.SendAsync("a", "c", "a slice more");
        }
    }

    [Fact]
    public async Task LimitedPages_ReportMore()
    {
        using var log = fixture.Open();
        for (var i = 1; i <= 10; i++)
            await log.SendAsync(i % 2 == 0 ? "a" : "c", "b", $"{i}");
        (await log.BeforeAsync("b", null, 3)).Should().BeEquivalentTo(new { More = true });
        (await log.BeforeAsync("b", null, 3)).Contents().Should().Equal("8", "9", "10");
        (await log.BeforeAsync("b", 3, 5)).Contents().Should().Equal("1", "2");
        (await log.BeforeAsync("b", 3, 2)).More.Should().BeFalse();
        (await log.BeforeAsync("b", null, 2, with: "c")).Contents().Should().Equal("7", "9");
        (await log.AfterAsync("b", 4, with: "a")).Contents().Should().Equal("6", "8", "10");
        var small = await log.ReadAsync(StreamQuery.Following("b", 0, new PageLimit(500, 1)), default);
        small.Contents().Should().Equal("1");
        small.More.Should().BeTrue();
        (await log.AfterAsync("nobody")).Messages.Should().BeEmpty();
    }

    [Fact]
    public async Task Key_ExpiresAfterADay()
    {
        using var log = fixture.Open();
        var first = await log.SendAsync("a", "b", "x", "key");
        fixture.Time.Advance(TimeSpan.FromHours(23.9));
        (await log.SendAsync("a", "b", "x", "key")).Should().Be(first with { Duplicate = true });
        await FluentActions.Awaiting(() => log.SendAsync("a", "b", "y", "key")).Should().ThrowAsync<ChatException>();
        fixture.Time.Advance(TimeSpan.FromHours(0.2));
        (await log.SendAsync("a", "b", "x", "key")).Should().BeEquivalentTo(new { Offset = 2L, Duplicate = false });
    }

    [Fact]
    public async Task ConcurrentSendsWithOneKey_AreOneMessage()
    {
        using var log = fixture.Open();
        var receipts = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => log.SendAsync("a", "b", "x", "key")));
        receipts.Count(receipt => !receipt.Duplicate).Should().Be(1);
        receipts.Select(receipt => (receipt.Offset, receipt.SentAt)).Distinct().Should().ContainSingle();
        (await log.AfterAsync("b")).Messages.Should().ContainSingle();
    }

    [Fact]
    public async Task IdMadeByTheLog_IsAKeyAfterReopening()
    {
        Receipt first;
        using (var log = fixture.Open())
            first = await log.SendAsync("a", "b", "x");
        using (var log = fixture.Open())
        {
            (await log.SendAsync("a", "b", "x", first.Id)).Should().Be(first with { Duplicate = true });
            (await log.SendAsync("c", "b", "x", first.Id)).Duplicate.Should().BeFalse(because: "keys belong to their sender");
        }
    }

    [Fact]
    public async Task ConfirmedOffsets_OnlyGrow()
    {
        using var log = fixture.Open();
        await log.ConfirmAsync([new Confirmation("b", "b", 5), new Confirmation("c", "c", 1)]);
        await log.ConfirmAsync([new Confirmation("b", "b", 3)]);
        (await log.GetConfirmedAsync("b", "b", default)).Should().Be(5);
        (await log.GetConfirmedAsync("nobody", "nobody", default)).Should().Be(0);
    }

    private static async Task FillAsync(IMessageLog log, int count)
    {
        for (var i = 0; i < count; i += 1000)
            await Task.WhenAll(Enumerable.Range(i, Math.Min(1000, count - i)).Select(n =>
                log.SendAsync("a", $"b{n % 4}", $"{n}", n % 10 == 1 ? $"key-{n}" : null)));
    }

    private static async Task CheckAsync(IMessageLog log, int count)
    {
        for (var n = 0; n < 4; n++)
        {
            var page = await log.AfterAsync($"b{n}");
            page.Contents().Take(count / 4).Should().Equal(Enumerable.Range(0, count / 4).Select(i => $"{(4 * i) + n}"));
            page.Messages.Select(message => message.Offset).Should().Equal(Enumerable.Range(1, page.Messages.Count).Select(i => (long)i));
            (await log.BeforeAsync($"b{n}", 5, 10)).Messages.Should().HaveCount(4);
        }
        foreach (var n in (int[])[1, 11, count - 9])
            (await log.SendAsync("a", $"b{n % 4}", $"{n}", $"key-{n}")).Duplicate.Should().BeTrue();
    }
}
