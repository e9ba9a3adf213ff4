using Chat.Server.Log;
using Chat.Server.Storage.Sqlite;
using Chat.Server.Storage.Sqlite.Index;

namespace Chat.Server.Tests.Storage.Sqlite.Index;

/// <summary>Streams that nobody asks for leave memory, and nobody notices.</summary>
public sealed class IdleStreamTests : IDisposable
{
    // One chunk of the index is 65 536 entries, two a message; it is written a slice a commit.
    private const int MoreThanAChunk = 33_000;
    private const int MoreThanItsSlices = 80;

    private readonly LogFixture fixture = new();

    public IdleStreamTests() => fixture.Storage.KeptIdleStreams = 0;

    public void Dispose() => fixture.Dispose();

    [Fact]
    public async Task WhatWasForgottenGoesOnWhereItWas()
    {
        const int idle = 100;
        using var log = fixture.Open();
        for (var i = 0; i < idle; i++)
            await log.SendAsync("x", $"idle {i}", "before");
        await log.JoinAsync("idle 0", "#idle", 0);
        await log.AppendAsync(new Draft("idle 0", "#idle", "before", null, IsPush: true));
        await FillAsync(log);
        log.KnownStreams.Should().BeGreaterThan(idle);
        await SweepAsync(log);
        await SweepAsync(log); // those that nobody has asked for since
        log.KnownStreams.Should().BeLessThan(10);

        for (var i = 0; i < idle; i++)
        {
            var page = i % 2 == 0 ? await log.AfterAsync($"idle {i}") : null;
            page?.Contents().Should().Equal("before");
            (await log.SendAsync("y", $"idle {i}", "after")).Stream.Should().Be("y");
            (await log.AfterAsync($"idle {i}")).Contents().Should().Equal("before", "after");
            (await log.GetBoundsAsync($"idle {i}", default)).Head.Should().Be(2);
        }
        (await log.AppendAsync(new Draft("idle 0", "#idle", "after", null, IsPush: true))).Receipt.Offset.Should().Be(2);
        (await log.AfterAsync("x")).Messages.Should().HaveCount(idle);
        (await log.GetConversationsAsync("idle 1", null, new PageLimit(50, int.MaxValue), default))!.Conversations
            .Select(conversation => $"{conversation.With} {conversation.Unread}").Should().Equal("y 1", "x 1");
    }

    [Fact]
    public async Task WhatIsForgottenWhileManyWriteAndReadHasNoGapAndNothingTwice()
    {
        const int streams = 500, rounds = 130;
        using var log = fixture.Open();
        using var stop = new CancellationTokenSource();
        var stored = new int[streams];
        // Some are never read, and so are asked for by nobody between two rounds.
        var reading = Task.WhenAll(Enumerable.Range(0, 2).Select(reader => Task.Run(async () =>
        {
            var random = new Random(reader);
            while (!stop.IsCancellationRequested)
            {
                var i = random.Next(streams / 2);
                var least = Volatile.Read(ref stored[i]);
                var page = await log.AfterAsync($"s {i}");
                page.Messages.Should().HaveCountGreaterThanOrEqualTo(least);
                page.Messages.Select(message => message.Offset).Should().Equal(Enumerable.Range(1, page.Messages.Count).Select(i => (long)i));
            }
        })));
        var fewest = int.MaxValue;
        for (var round = 0; round < rounds; round++)
        {
            // A tenth of them at a time, so that the others are idle.
            await Task.WhenAll(Enumerable.Range(0, 600).Select(async i =>
            {
                var stream = (round % 10 * 50) + (i % 50);
                await log.SendAsync("x", $"s {stream}", $"{round}.{i}");
                Interlocked.Increment(ref stored[stream]);
            }));
            await SweepAsync(log);
            if (round >= 10) // all of them have been written to
                fewest = Math.Min(fewest, log.KnownStreams);
        }
        await stop.CancelAsync();
        await reading;
        fewest.Should().BeLessThan(streams, because: "some were forgotten");
        for (var i = 0; i < streams; i++)
        {
            var page = await log.AfterAsync($"s {i}");
            page.Messages.Should().HaveCount(rounds / 10 * 12);
            page.Contents().Should().OnlyHaveUniqueItems();
            page.Messages.Select(message => message.Offset).Should().BeInAscendingOrder().And.EndWith(rounds / 10 * 12);
        }
    }

    [Fact]
    public void WhatWasForgottenWhileItsRowWasReadIsReadAgain()
    {
        var table = new StreamTable(keptIdle: 0);
        var head = 5L;
        var loads = 0;
        var found = table.Find("s", name =>
        {
            var read = new StreamState(1, name, head, 0);
            if (++loads == 1)
            {
                // The writer comes in between: it appends, the index is written, and the stream is forgotten.
                var written = table.Add(new StreamState(1, name, head, 0));
                written.Append(6, number: 60, "x", isFromPeer: true);
                written.DraftHead = head = 6;
                written.Indexed(6);
                table.ForgetIdle(60, 0);
                table.ForgetIdle(60, 0);
                table.Count.Should().Be(0);
            }
            return read;
        });
        found!.Bounds.Head.Should().Be(6);
        loads.Should().Be(2);
    }

    [Fact]
    public void WhatTheFileDoesNotTellIsKept()
    {
        var table = new StreamTable(keptIdle: 0);
        var stream = table.Add(new StreamState(1, "s", 0, 0));
        stream.DraftHead = 1;
        Forget(table, 100).Should().Be(1, because: "a transaction has drafted a message");
        stream.Append(1, number: 10, "x", isFromPeer: true);
        Forget(table, 9).Should().Be(1, because: "the index does not have it yet");
        stream.Trim(1);
        stream.DraftTrimmed = 1;
        stream.Indexed(1);
        Forget(table, 9).Should().Be(1, because: "the index will still ask for the stream by its id");
        Forget(table, 10).Should().Be(0);
    }

    [Fact]
    public void WhatRetentionHasNotTakenYetIsKept()
    {
        var table = new StreamTable(keptIdle: 0);
        table.Add(new StreamState(1, "long", 30, 10));
        table.Add(new StreamState(2, "short", 30, 20));
        Forget(table, 0, retentionCount: 10).Should().Be(1);
        table.Find("long").Should().NotBeNull();
    }

    [Fact]
    public void WhatIsInUseIsKept()
    {
        var table = new StreamTable(keptIdle: 0);
        for (var i = 0; i < 10; i++)
            table.Add(new StreamState(i, $"s {i}", 0, 0));
        table.ForgetIdle(0, 0);
        table.Count.Should().Be(10, because: "they were asked for just now");
        table.Find("s 7");
        table.ForgetIdle(0, 0);
        table.All.Select(stream => stream.Name).Should().Equal("s 7");
    }

    [Fact]
    public void OfWhatIsIdleOnlyTheExcessIsForgotten()
    {
        const int streams = 200_000, kept = 65_536;
        var table = new StreamTable(kept);
        for (var i = 0; i < streams; i++)
            table.Add(new StreamState(i, $"s {i}", 0, 0));
        for (var look = 0; look < 20 && table.Count > kept; look++)
            table.ForgetIdle(0, 0);
        table.Count.Should().Be(kept);
    }

    private static int Forget(StreamTable table, long written, int retentionCount = 0)
    {
        for (var i = 0; i < 3; i++)
            table.ForgetIdle(written, retentionCount);
        return table.Count;
    }

    private static async Task FillAsync(SqliteMessageLog log)
    {
        await Task.WhenAll(Enumerable.Range(0, MoreThanAChunk).Select(i => log.SendAsync("a", "b", $"{i}")));
        for (var i = 0; i < MoreThanItsSlices; i++)
            await log.SendAsync("a", "b", "a slice");
    }

    /// <summary>Lets retention come by, at whose end idle streams are forgotten.</summary>
    private async Task SweepAsync(SqliteMessageLog log)
    {
        fixture.Time.Advance(TimeSpan.FromMinutes(1));
        // Its steps wait in the queue one at a time, each behind what came before it.
        for (var step = 0; step < 5; step++)
            await log.ConfirmAsync([]);
    }
}
