using BenchmarkDotNet.Attributes;
using Chat.Server.Log;
using Chat.Server.Storage;
using Chat.Server.Storage.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chat.Benchmarks;

/// <summary>Durable appends: 1 000 mailboxes, contents of 64 bytes. Each caller waits for a receipt before it sends the next message.</summary>
[MemoryDiagnoser]
public class AppendBenchmark : ICommitListener
{
    private const int Appends = 100_000;
    private const int Mailboxes = 1_000;

    private static readonly string Content = new('x', 64);

    private string folder = "";
    private SqliteMessageLog log = null!;
    private long keys;

    [Params(64, 1_000)]
    public int Callers { get; set; }

    /// <summary>Whether the messages have idempotency keys.</summary>
    [Params(false, true)]
    public bool Ids { get; set; }

    /// <summary>Whether the file can return pages (<c>auto_vacuum</c>). New files can; files of earlier versions cannot.</summary>
    [Params(false, true)]
    public bool Shrinks { get; set; }

    [GlobalSetup]
    public void Open()
    {
        folder = Directory.CreateTempSubdirectory("chat-benchmark-").FullName;
        if (!Shrinks)
            CreateFileOfEarlierVersion();
        log = new SqliteMessageLog(
            Path.Combine(folder, "chat.db"), new StorageOptions(), new MessagingOptions(), this, reason => Environment.FailFast(null, reason),
            TimeProvider.System, NullLogger<SqliteMessageLog>.Instance);
    }

    // Once a file has a page, auto_vacuum cannot be changed.
    private void CreateFileOfEarlierVersion()
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "chat.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode = WAL";
        command.ExecuteNonQuery();
    }

    [GlobalCleanup]
    public void Close()
    {
        log.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Benchmark(OperationsPerInvoke = Appends)]
    public Task Append() => Task.WhenAll(Enumerable.Range(0, Callers).Select(CallAsync));

    void ICommitListener.OnCommit(Commit commit) => commit.CompleteCallers();

    void ICommitListener.OnClosed() { }

    private async Task CallAsync(int caller)
    {
        var (from, to) = ($"user{caller % Mailboxes}", $"user{(caller + (Mailboxes / 2)) % Mailboxes}");
        for (var i = 0; i < Appends / Callers; i++)
            await log.AppendAsync(new Draft(from, to, Content, Ids ? $"{Interlocked.Increment(ref keys):x16}" : null));
    }
}
