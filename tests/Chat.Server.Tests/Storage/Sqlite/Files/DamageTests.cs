using Chat.Server.Log;

namespace Chat.Server.Tests.Storage.Sqlite.Files;

/// <summary>Files that lack rows.</summary>
public sealed class DamageTests : IDisposable
{
    private readonly LogFixture fixture = new();

    public void Dispose() => fixture.Dispose();

    [Theory]
    [InlineData("number = 1")]
    [InlineData("number = 2")]
    [InlineData("number = 3")]
    [InlineData("number > 0")]
    public async Task MissingMessage_FailsTheRead(string lost)
    {
        using var log = fixture.Open();
        await SendAsync(log, 3);
        fixture.Execute($"DELETE FROM message WHERE {lost}");
        await FluentActions.Awaiting(() => log.AfterAsync("b")).Should().ThrowAsync<LogUnavailableException>();
    }

    [Theory]
    [InlineData("offset = 5")]
    [InlineData("offset < 100")]
    [InlineData("offset BETWEEN 50 AND 32000")]
    public async Task MissingEntry_FailsTheRead(string lost)
    {
        using var log = fixture.Open();
        await SendAsync(log, IndexChunk.Messages);
        await log.WriteSlicesAsync();
        fixture.Execute($"DELETE FROM entry WHERE {lost}");
        await FluentActions.Awaiting(() => log.AfterAsync("b")).Should().ThrowAsync<LogUnavailableException>();
        (await log.AfterAsync("b", IndexChunk.Messages - 1)).Messages.Should().ContainSingle(because: "undamaged messages can still be read");
    }

    [Theory]
    [InlineData("DELETE FROM message WHERE number = 1")]
    [InlineData("DELETE FROM message WHERE number = 2")]
    [InlineData("DELETE FROM stream WHERE name = 'b'")]
    [InlineData("UPDATE message SET recipient_offset = 2 WHERE number = 3")]
    public async Task FileWithAHole_IsRefused(string damage)
    {
        using (var log = fixture.Open())
            await SendAsync(log, 3);
        fixture.Execute(damage);
        FluentActions.Invoking(() => fixture.Open()).Should().Throw<LogOpenException>().WithMessage($"*{fixture.Path}*damaged*Restore a backup*");
    }

    private static Task SendAsync(IMessageLog log, int count) => Task.WhenAll(Enumerable.Range(0, count).Select(i => log.SendAsync("a", "b", $"{i}")));
}
