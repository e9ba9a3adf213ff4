using System.Collections.Concurrent;
using Chat.Protocol;
using Chat.Server.Log;
using Chat.Server.Storage;
using Chat.Server.Storage.Sqlite;
using Chat.Server.Storage.Sqlite.Index;
using Chat.Server.Tests.Running;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Chat.Server.Tests.Storage.Sqlite;

/// <summary>A log in a temporary folder. A test can close it, open it again, and copy its files as a crash would leave them.</summary>
internal sealed class LogFixture : IDisposable, ICommitListener
{
    private readonly string folder = Directory.CreateTempSubdirectory("chat-log-").FullName;

    public FakeTimeProvider Time { get; init; } = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    public MessagingOptions Options { get; init; } = new();
    public StorageOptions Storage { get; } = new() { LongestWait = TimeSpan.FromHours(1) }; // long, so that a slow machine refuses nothing
    public ILogger<SqliteMessageLog> Logger { get; init; } = NullLogger<SqliteMessageLog>.Instance;
    public ConcurrentQueue<Message> Delivered { get; } = new();
    public string Path => System.IO.Path.Combine(folder, "chat.db");

    public SqliteMessageLog Open(string? path = null) =>
        new(path ?? Path, Storage, Options, this, reason => throw new InvalidOperationException("fatal", reason), Time, Logger);

    public void OnCommit(Commit commit)
    {
        foreach (var message in commit.Changes.OfType<Appended>())
            if (!message.Duplicate)
                Delivered.Enqueue(message.Entry);
        // Not on the writer's thread, because the callers continue on this one.
        ThreadPool.UnsafeQueueUserWorkItem(static commit => commit.CompleteCallers(), commit, preferLocal: false);
    }

    public void OnClosed() { }

    /// <summary>Creates an empty file of an earlier version, which cannot return pages.</summary>
    public void CreateFileOfEarlierVersion() => Execute("PRAGMA journal_mode = WAL");

    /// <summary>Undoes the newest scripts of the schema, down to an earlier version.</summary>
    public void MakeEarlierVersion(int version)
    {
        (int Version, string Undo)[] scripts =
        [
            (6, "DROP TABLE id_seed"),
            (5, "DROP TABLE clock; ALTER TABLE sent_key DROP COLUMN at"),
            (4, "DROP TABLE conversation; DROP TABLE read_mark"),
        ];
        foreach (var script in scripts.Where(script => script.Version > version))
            Execute(script.Undo);
        Execute($"PRAGMA user_version = {version}");
    }

    /// <summary>Copies the files as a process that is killed now would leave them.</summary>
    public LogFixture Copy()
    {
        var copy = new LogFixture { Time = Time, Options = Options };
        using var connection = Connect();
        using var transaction = connection.BeginTransaction(); // so that all files are of one moment
        foreach (var file in Directory.GetFiles(folder).Where(file => System.IO.Path.GetExtension(file) is not (".lock" or ".db-shm")))
            File.Copy(file, System.IO.Path.Combine(copy.folder, System.IO.Path.GetFileName(file)));
        return copy;
    }

    /// <summary>Runs a query of one number. The log may be open.</summary>
    public long Number(string sql) => (long)Execute(sql)!;

    public object? Execute(string sql)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    /// <summary>Repeats a query until it returns the expected number.</summary>
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

/// <summary>The size of the index's chunks.</summary>
internal static class IndexChunk
{
    /// <summary>Messages that fill more than a chunk: a multiple of 1000.</summary>
    public const int Messages = ((LogIndex.ChunkEntries / LogIndex.EntriesPerMessage / 1000) + 1) * 1000;

    /// <summary>Commits that write a chunk of a few users: each writes a slice.</summary>
    public const int Commits = 240;
}

internal static class LogCalls
{
    private static readonly PageLimit All = new(int.MaxValue, int.MaxValue);

    public static Task<Receipt> SendAsync(this IMessageLog log, string from, string to, string content, string? key = null) =>
        log.AppendAsync(new Draft(from, to, content, key));

    /// <summary>Commits one message after the other: each commit writes a slice of the index's chunk.</summary>
    public static async Task WriteSlicesAsync(this IMessageLog log, int slices = IndexChunk.Commits)
    {
        for (var i = 0; i < slices; i++)
            await log.SendAsync("x", "y", "a slice");
    }

    public static async Task<StreamPage> AfterAsync(this IMessageLog log, string stream, long after = 0, string? with = null) =>
        await log.ReadAsync(new StreamQuery(stream, after, null, with, All), CancellationToken.None);

    public static async Task<StreamPage> BeforeAsync(this IMessageLog log, string stream, long? before, int limit, string? with = null) =>
        await log.ReadAsync(new StreamQuery(stream, null, before, with, All with { Messages = limit }), CancellationToken.None);

    public static IEnumerable<string> Contents(this StreamPage page) => page.Messages.Select(message => message.Content);
}
