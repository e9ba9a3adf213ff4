using Chat.Server.Log;
using Chat.Server.Storage.Sqlite;
using Chat.Server.Storage.Sqlite.Index;

namespace Chat.Server.Tests.Storage.Sqlite.Index;

/// <summary>Idle streams leave memory, and work as before.</summary>
[Trait("Duration", "Long")]
public sealed class IdleStreamTests : IDisposable
{
    private readonly LogFixture fixture = new();

    public IdleStreamTests() => fixture.Storage.KeptIdleStreams = 0;

    public void Dispose() => fixture.Dispose();

    [Fact]
    public async Task RemovedStreams_ContinueFromTheirRows()
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
        await SweepAsync(log); // removes the streams not used since the first sweep
        var known = log.KnownStreams;
        known.Should().BeLessThan(10);
        for (var i = 0; i < idle; i += 2)
            (await log.AfterAsync($"idle {i}")).Contents().Should().Equal("before");
        log.KnownStreams.Should().Be(known, because: "reads do not change the table");

        for (var i = 0; i < idle; i++)
        {
            (await log.SendAsync("y", $"idle {i}", "after")).Stream.Should().Be("y");
            (await log.AfterAsync($"idle {i}")).Contents().Should().Equal("before", "after");
            (await log.GetBoundsAsync($"idle {i}", default)).Head.Should().Be(2);
        }
        (await log.AppendAsync(new Draft("idle 0", "#idle", "after", null, IsPush: true))).Offset.Should().Be(2);
        (await log.AfterAsync("x")).Messages.Should().HaveCount(idle);
        (await log.GetConversationsAsync("idle 1", null, new PageLimit(50, int.MaxValue), default))!.Conversations
            .Select(conversation => $"{conversation.With} {conversation.Unread}").Should().Equal("y 1", "x 1");
    }

    [Fact]
    public async Task RemovalDuringReadsAndWrites_LosesAndRepeatsNothing()
    {
        const int streams = 500, rounds = 130;
        using var log = fixture.Open();
        using var stop = new CancellationTokenSource();
        var stored = new int[streams];
        var reading = Task.WhenAll(Enumerable.Range(0, 2).Select(seed => Task.Run(async () =>
        {
            var random = new Random(seed);
            while (!stop.IsCancellationRequested)
            {
                var i = random.Next(streams);
                var least = Volatile.Read(ref stored[i]);
                var page = await log.AfterAsync($"s {i}");
                page.Messages.Should().HaveCountGreaterThanOrEqualTo(least);
                page.Messages.Select(message => message.Offset).Should().Equal(Enumerable.Range(1, page.Messages.Count).Select(i => (long)i));
            }
        })));
        var fewest = int.MaxValue;
        for (var round = 0; round < rounds; round++)
        {
            // Writes to a tenth of the streams in each round; the others are idle.
            await Task.WhenAll(Enumerable.Range(0, 600).Select(async i =>
            {
                var stream = (round % 10 * 50) + (i % 50);
                await log.SendAsync("x", $"s {stream}", $"{round}.{i}");
                Interlocked.Increment(ref stored[stream]);
            }));
            await SweepAsync(log);
            if (round >= 10) // every stream has been written to
                fewest = Math.Min(fewest, log.KnownStreams);
        }
        await stop.CancelAsync();
        await reading;
        fewest.Should().BeLessThan(streams, because: "some streams were removed");
        for (var i = 0; i < streams; i++)
        {
            var page = await log.AfterAsync($"s {i}");
            page.Messages.Should().HaveCount(rounds / 10 * 12);
            page.Contents().Should().OnlyHaveUniqueItems();
            page.Messages.Select(message => message.Offset).Should().BeInAscendingOrder().And.EndWith(rounds / 10 * 12);
        }
    }

    [Fact]
    public void StreamThatIsNotCompleteInTheFile_Stays()
    {
        var table = new StreamTable(keptIdle: 0);
        var stream = table.Add(new StreamState(1, "s", 0, 0));
        stream.UncommittedHead = 1;
        RemoveIdle(table, 100).Should().Be(1, because: "the open transaction appends a message");
        stream.Append(1, number: 10, "x", isFromPeer: true);
        RemoveIdle(table, 9).Should().Be(1, because: "its message is not indexed");
        stream.Trim(1);
        stream.UncommittedTrimmed = 1;
        stream.DropIndexed(1);
        RemoveIdle(table, 9).Should().Be(1, because: "a chunk of the index still refers to the stream");
        RemoveIdle(table, 10).Should().Be(0);
    }

    [Fact]
    public void StreamBeyondItsCount_Stays()
    {
        var table = new StreamTable(keptIdle: 0);
        table.Add(new StreamState(1, "long", 30, 10));
        table.Add(new StreamState(2, "short", 30, 20));
        RemoveIdle(table, 0, retentionCount: 10).Should().Be(1);
        table.Find("long").Should().NotBeNull();
    }

    [Fact]
    public void UsedStream_Stays()
    {
        var table = new StreamTable(keptIdle: 0);
        for (var i = 0; i < 10; i++)
            table.Add(new StreamState(i, $"s {i}", 0, 0));
        table.RemoveIdle(0, 0);
        table.Count.Should().Be(10, because: "they are new");
        table.Use("s 7");
        table.RemoveIdle(0, 0);
        table.All.Select(stream => stream.Name).Should().Equal("s 7");
    }

    [Fact]
    public void OnlyTheExcessOfIdleStreams_IsRemoved()
    {
        const int streams = 200_000, kept = 65_536;
        var table = new StreamTable(kept);
        for (var i = 0; i < streams; i++)
            table.Add(new StreamState(i, $"s {i}", 0, 0));
        for (var call = 0; call < 20 && table.Count > kept; call++)
            table.RemoveIdle(0, 0);
        table.Count.Should().Be(kept);
    }

    private static int RemoveIdle(StreamTable table, long indexed, int retentionCount = 0)
    {
        for (var i = 0; i < 3; i++)
            table.RemoveIdle(indexed, retentionCount);
        return table.Count;
    }

    private static async Task FillAsync(SqliteMessageLog log)
    {
        await Task.WhenAll(Enumerable.Range(0, IndexChunk.Messages).Select(i => log.SendAsync("a", "b", $"{i}")));
        for (var i = 0; i < IndexChunk.Commits; i++)
            await log.SendAsync("a", "b", "a slice");
    }

    /// <summary>Runs a sweep, which removes idle streams at its end.</summary>
    private async Task SweepAsync(SqliteMessageLog log)
    {
        fixture.Time.Advance(TimeSpan.FromMinutes(1));
        // The sweep queues one step at a time, behind earlier work items.
        for (var step = 0; step < 5; step++)
            await log.ConfirmAsync([]);
    }
}
