using Chat.Protocol;
using Chat.Server.Log;
using Chat.Server.Storage.Sqlite;

namespace Chat.Server.Tests.Storage.Sqlite;

/// <summary>Ids of messages without a key. The file does not store them.</summary>
public sealed class MessageIdTests : IDisposable
{
    private readonly LogFixture fixture = new();

    public void Dispose() => fixture.Dispose();

    [Fact]
    public async Task MadeId_IsTheSameForEver()
    {
        Receipt receipt;
        using (var log = fixture.Open())
        {
            receipt = await log.SendAsync("a", "b", "one");
            await ShouldHaveAsync(log, receipt.Id);
            (await log.AfterAsync("b")).Messages.Should().Equal(fixture.Delivered);
        }
        fixture.Execute("VACUUM");
        using (var log = fixture.Open())
        {
            await ShouldHaveAsync(log, receipt.Id);
            (await log.SendAsync("a", "b", "one", receipt.Id)).Should().Be(receipt with { Duplicate = true });
            (await log.SendAsync("a", "b", "two")).Id.Should().NotBe(receipt.Id);
        }
        fixture.Number("SELECT count(*) FROM message WHERE id = ''").Should().Be(2);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task EarlierFile_KeepsItsIds(bool isNewEpoch)
    {
        const string stored = "019ac52c-8a00-7d2e-9c1b-000000000001"; // of message 1
        using (var log = fixture.Open())
            await log.SendAsync("a", "b", "one");
        fixture.MakeEarlierVersion(5);
        fixture.Execute($"UPDATE message SET id = '{stored}'");
        if (isNewEpoch)
            File.Delete(fixture.Path + ".mark");
        using (var log = fixture.Open())
        {
            await ShouldHaveAsync(log, stored);
            (await log.SendAsync("a", "b", "one", stored)).Duplicate.Should().BeTrue();
            var made = await log.SendAsync("b", "a", "two");
            (await log.SendAsync("b", "a", "two", made.Id)).Should().Be(made with { Duplicate = true });
        }
        fixture.Number("SELECT count(*) FROM message WHERE id = ''").Should().Be(1);
    }

    [Fact]
    public async Task CopiesOfALog_MakeDifferentIds()
    {
        string id;
        using (var log = fixture.Open())
            id = (await log.SendAsync("a", "b", "one")).Id;
        // Without its mark, a copy cannot know whether another one has gone on: it begins a new epoch.
        File.Delete(fixture.Path + ".mark");
        using var copy = fixture.Copy();
        using var first = fixture.Open();
        using var second = copy.Open();
        (await first.SendAsync("a", "b", "two")).Id.Should()
            .NotBe((await second.SendAsync("a", "b", "two")).Id, because: "both are message 2 of one millisecond");
        foreach (var log in (SqliteMessageLog[])[first, second])
            (await log.AfterAsync("b")).Messages[0].Id.Should().Be(id, because: "the copies share message 1");
    }

    private static async Task ShouldHaveAsync(SqliteMessageLog log, string id)
    {
        foreach (var mailbox in (string[])["a", "b"])
            (await log.AfterAsync(mailbox)).Messages.Should().ContainSingle().Which.Id.Should().Be(id);
        var page = await log.GetConversationsAsync("b", null, new PageLimit(1, int.MaxValue), default);
        page!.Conversations.Should().ContainSingle().Which.Last!.Id.Should().Be(id);
    }
}
