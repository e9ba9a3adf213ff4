using Chat.Server.Tests.Storage.Sqlite;

namespace Chat.Server.Tests.Running;

/// <summary>A closed log of some 200 MB. It is made once; each test copies it.</summary>
public sealed class BigLog : IAsyncLifetime
{
    public const int Messages = 3_400;

    private const int ContentChars = 60_000;
    private const int Batch = 100;

    private readonly LogFixture fixture = new();

    /// <summary>Copies the log to a folder, and returns the path of the copy.</summary>
    public string CopyTo(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var suffix in (string[])["", ".mark"])
            File.Copy(fixture.Path + suffix, Path.Combine(folder, "chat.db" + suffix));
        return Path.Combine(folder, "chat.db");
    }

    public async Task InitializeAsync()
    {
        using var log = fixture.Open();
        for (var i = 0; i < Messages; i += Batch)
            await Task.WhenAll(Enumerable.Range(i, Batch).Select(n => log.SendAsync("a", "c", $"{n}|".PadRight(ContentChars, 'x'))));
    }

    public Task DisposeAsync()
    {
        fixture.Dispose();
        return Task.CompletedTask;
    }
}
