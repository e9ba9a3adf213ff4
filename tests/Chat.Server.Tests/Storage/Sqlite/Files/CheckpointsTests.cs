using Chat.Server.Log;

namespace Chat.Server.Tests.Storage.Sqlite.Files;

public sealed class CheckpointsTests : IDisposable
{
    private const int Messages = 8000, ContentBytes = 32 << 10, Senders = 16;

    private readonly LogFixture fixture = new();

    public void Dispose() => fixture.Dispose();

    [Fact]
    public async Task WriteAheadLog_StaysBoundedUnderLoad()
    {
        using var log = fixture.Open();
        var content = new string('x', ContentBytes);
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(async sender =>
        {
            for (var i = 0; i < Messages / Senders; i++)
                await log.AppendAsync(new Draft($"sender{sender}", "#room", content, null, IsPush: true));
        }));
        // Without checkpoints it would hold every message: 256 MiB.
        new FileInfo(fixture.Path + "-wal").Length.Should().BeLessThan(Messages * ContentBytes / 2);
        new FileInfo(fixture.Path).Length.Should().BeGreaterThan(Messages * ContentBytes / 2);
    }
}
