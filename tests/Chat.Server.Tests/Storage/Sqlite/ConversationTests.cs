using Chat.Protocol;
using Chat.Server.Log;
using Chat.Server.Storage.Sqlite;

namespace Chat.Server.Tests.Storage.Sqlite;

/// <summary>Conversations: their cost, crashes during indexing, and files of earlier versions.</summary>
[Trait("Duration", "Long")]
public sealed class ConversationTests : IDisposable
{
    private readonly LogFixture fixture = new();

    public void Dispose() => fixture.Dispose();

    [Fact]
    public async Task Conversations_AreListedWithoutReadingTheMailbox()
    {
        using (var log = fixture.Open())
        {
            await FillAsync(log);
            await log.MarkReadAsync(new PendingReadMark("b", "a", 10, "c"));
        }
        fixture.Number("SELECT count(*) FROM entry").Should().BeGreaterThan(60_000);
        using (var log = fixture.Open())
        {
            fixture.Execute("DELETE FROM entry; DELETE FROM message WHERE number < (SELECT max(number) FROM message WHERE sender = 'a')");
            (await ListAsync(log, "b")).Should().Equal($"a {IndexChunk.Messages - 10}");
            await log.MarkReadAsync(new PendingReadMark("b", "a", IndexChunk.Messages, "c"));
            (await ListAsync(log, "b")).Should().Equal("a 0");
        }
    }

    [Fact]
    public async Task CrashDuringIndexing_CountsNothingTwice()
    {
        using var log = fixture.Open();
        await FillAsync(log, slices: 0, keyed: true);
        for (var i = 0; i < IndexChunk.Commits; i += 24)
        {
            using (var copy = fixture.Copy())
            using (var crashed = copy.Open())
            {
                (await ListAsync(crashed, "b")).Should().Equal($"a {IndexChunk.Messages}");
                (await ListAsync(crashed, "a")).Should().Equal("b 0");
                await crashed.WriteSlicesAsync();
                (await ListAsync(crashed, "b")).Should().Equal(
                    [$"a {IndexChunk.Messages}"], because: "messages counted before the crash are not counted again");
            }
            await log.WriteSlicesAsync(24);
            (await ListAsync(log, "b")).Should().Equal($"a {IndexChunk.Messages}");
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(IndexChunk.Messages)]
    public async Task MigratedFile_CountsEachMessageOnce(int messages)
    {
        using (var log = fixture.Open())
        {
            await FillAsync(log, messages);
            await log.JoinAsync("b", "#r", 0);
            foreach (var from in (string[])["b", "b", "a", "b", "a"])
                await log.AppendAsync(new Draft(from, "#r", "hi", null, IsPush: true));
            await log.ConfirmAsync([new Confirmation("b", "#r", 2), new Confirmation("b", "b", 2)]);
        }
        for (var i = 0; i < 2; i++)
        {
            fixture.MakeEarlierVersion(3);
            using var log = fixture.Open();
            (await ListAsync(log, "b")).Should().Equal("#r 2", $"a {messages - 2}");
            (await ListAsync(log, "a")).Should().Equal("b 0");
            await log.MarkReadAsync(new PendingReadMark("b", "a", 3, "c"));
            (await ListAsync(log, "b")).Should().Equal("#r 2", $"a {messages - 3}");
        }
        using (var log = fixture.Open())
        {
            await log.SendAsync("a", "b", "one more");
            (await ListAsync(log, "b")).Should().Equal($"a {messages - 2}", "#r 2");
        }
    }

    [Fact]
    public async Task MigratedFile_DoesNotCountTrimmedMessages()
    {
        fixture.Options.RetentionCount = 100;
        using (var log = fixture.Open())
        {
            for (var i = 0; i < 5; i++)
                await log.SendAsync("a", "b", "old");
            await Task.WhenAll(Enumerable.Range(0, IndexChunk.Messages).Select(i => log.SendAsync("c", "b", $"{i}")));
            await log.WriteSlicesAsync();
            fixture.Time.Advance(TimeSpan.FromMinutes(1));
            fixture.WaitFor("SELECT trimmed >= 5 FROM stream WHERE name = 'b'", 1);
            for (var i = 0; i < 3; i++)
                await log.SendAsync("a", "b", "new");
            await log.ConfirmAsync([new Confirmation("b", "b", 5 + IndexChunk.Messages + 1)]);
        }
        fixture.Number("SELECT count(*) FROM message WHERE sender = 'a'").Should().Be(5 + 3, because: "the sender keeps its copies");
        fixture.MakeEarlierVersion(3);
        using (var log = fixture.Open())
            (await ListAsync(log, "b")).Should().Equal("a 2", "c 0");
    }

    [Fact]
    public async Task TrimmedMessages_AreNotUnread()
    {
        fixture.Options.RetentionDays = 1;
        using (var log = fixture.Open())
        {
            await log.SendAsync("c", "b", "old");
            await log.SendAsync("a", "b", "old");
            fixture.Time.Advance(TimeSpan.FromHours(13));
            await log.SendAsync("a", "b", "younger");
            await log.MarkReadAsync(new PendingReadMark("b", "c", 1, "c"));
            fixture.Time.Advance(TimeSpan.FromHours(12));
            fixture.WaitFor("SELECT count(*) FROM message", 1);
            await log.ConfirmAsync([new Confirmation("b", "b", 1)]);
            (await ListAsync(log, "b")).Should().Equal("a 1");
            (await log.GetConversationsAsync("b", "c", new PageLimit(5, int.MaxValue), default))!.Conversations
                .Should().BeEmpty(because: "it was a conversation, and none is older");
        }
        using (var log = fixture.Open())
        {
            (await ListAsync(log, "b")).Should().Equal("a 1");
            await log.SendAsync("c", "b", "new");
            (await ListAsync(log, "b")).Should().Equal("c 1", "a 1");
        }
    }

    private static async Task FillAsync(SqliteMessageLog log, int messages = IndexChunk.Messages, int slices = IndexChunk.Commits, bool keyed = false)
    {
        await Task.WhenAll(Enumerable.Range(0, messages).Select(i => log.SendAsync("a", "b", $"{i}", keyed ? $"key {i}" : null)));
        await log.WriteSlicesAsync(slices);
    }

    private static async Task<List<string>> ListAsync(SqliteMessageLog log, string user)
    {
        ConversationsAnswer? page = await log.GetConversationsAsync(user, null, new PageLimit(50, int.MaxValue), default);
        return [.. page!.Conversations.Select(c => $"{c.With ?? c.Room} {c.Unread}")];
    }
}
