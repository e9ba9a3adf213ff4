using System.Collections.Concurrent;
using Chat.Protocol;
using Chat.Server.Log;
using Chat.Server.Storage;
using Chat.Server.Storage.Sqlite;
using Chat.Server.Tests.Running;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Chat.Server.Tests.Storage.Sqlite;

/// <summary>A log in a folder of its own, that can be closed, copied as a crash would leave it, and opened again.</summary>
internal sealed class LogFixture : IDisposable, ICommitListener
{
    private readonly string folder = Directory.CreateTempSubdirectory("chat-log-").FullName;

    public FakeTimeProvider Time { get; init; } = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    public MessagingOptions Options { get; init; } = new();
    public StorageOptions Storage { get; } = new() { LongestWait = TimeSpan.FromHours(1) }; // a slow machine refuses nothing here
    public ILogger<SqliteMessageLog> Logger { get; init; } = NullLogger<SqliteMessageLog>.Instance;
    public ConcurrentQueue<Message> Heard { get; } = new();
    public string Path => System.IO.Path.Combine(folder, "chat.db");

    public SqliteMessageLog Open(string? path = null) =>
        new(path ?? Path, Storage, Options, this, reason => throw new InvalidOperationException("fatal", reason), Time, Logger);

    public void OnCommit(Commit commit)
    {
        foreach (var message in commit.Changes.OfType<Appended>())
            if (message.Entry is { } entry)
                Heard.Enqueue(entry);
        commit.CompleteCallers();
    }

    /// <summary>Creates an empty file as versions did that could not give pages back.</summary>
    public void CreateFileOfEarlierVersion() => Execute("PRAGMA journal_mode = WAL");

    /// <summary>Another fixture on what a killed process would leave behind at this moment.</summary>
    public LogFixture Copy()
    {
        var copy = new LogFixture { Time = Time, Options = Options };
        using var connection = Connect();
        using var transaction = connection.BeginTransaction(); // or the files could be of two moments
        foreach (var file in Directory.GetFiles(folder).Where(file => System.IO.Path.GetExtension(file) is not (".lock" or ".db-shm")))
            File.Copy(file, System.IO.Path.Combine(copy.folder, System.IO.Path.GetFileName(file)));
        return copy;
    }

    /// <summary>What a query of one number finds in the file, whoever has it open.</summary>
    public long Number(string sql) => (long)Execute(sql)!;

    public object? Execute(string sql)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    /// <summary>Asks again until the file answers so.</summary>
    public void WaitFor(string sql, long expected, Action? meanwhile = null)
    {
        var last = Number(sql);
        for (var start = TimeProvider.System.GetTimestamp(); last != expected; last = Number(sql))
        {
            if (TimeProvider.System.GetElapsedTime(start) > Wait.Long)
                throw new TimeoutException($"{sql} is still {last}, not {expected}.");
            meanwhile?.Invoke();
        }
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        connection.Open();
        return connection;
    }
}

internal static class LogCalls
{
    private static readonly PageLimit All = new(int.MaxValue, int.MaxValue);

    public static async Task<Receipt> SendAsync(this IMessageLog log, string from, string to, string content, string? key = null) =>
        (await log.AppendAsync(new Draft(from, to, content, key))).Receipt;

    public static async Task<StreamPage> AfterAsync(this IMessageLog log, string stream, long after = 0, string? with = null) =>
        await log.ReadAsync(new StreamQuery(stream, after, null, with, All), CancellationToken.None);

    public static async Task<StreamPage> BeforeAsync(this IMessageLog log, string stream, long? before, int limit, string? with = null) =>
        await log.ReadAsync(new StreamQuery(stream, null, before, with, All with { Messages = limit }), CancellationToken.None);

    public static IEnumerable<string> Contents(this StreamPage page) => page.Messages.Select(message => message.Content);
}
