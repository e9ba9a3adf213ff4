using Microsoft.Data.Sqlite;

namespace Chat.Server.Storage.Sqlite.Files;

/// <summary>Opens connections to the log's file.</summary>
internal sealed class SqliteFile(string path, StorageDurability durability)
{
    // How long another process's lock is waited for before the caller is told that the log is unavailable.
    private const int BusyTimeoutMilliseconds = 5000;

    // The write-ahead log is folded into the file once it holds this many pages (16 MiB): rarely enough that a page which many commits
    // touch is written once for all of them.
    private const int CheckpointPages = 4000;

    // The pages that appends and the index touch stay in memory: 64 MiB.
    private const int WriterCacheKibibytes = 65536;

    // A backup keeps SQLite from using that file again while it runs. What it grew to beyond this is given back afterwards (64 MiB).
    private const int KeptWalBytes = 64 << 20;

    /// <summary>Finds the bytes of the pages that hold something.</summary>
    public const string UsedBytesQuery = "SELECT (page_count - freelist_count) * page_size FROM pragma_page_count, pragma_freelist_count, pragma_page_size";

    public string Path { get; } = path;
    public StorageDurability Durability { get; } = durability;

    /// <summary>What the disk has room for.</summary>
    public long FreeBytes => new DriveInfo(Path).AvailableFreeSpace;

    // So that unused pages can be given back. It must be said before the file has a page; later only VACUUM changes it. SQLite then also writes where
    // each page belongs, which costs an append 3 to 7 % (64 bytes of content, 64 and 1000 callers; AppendBenchmark).
    public SqliteConnection OpenWriter() => Open($"""
        {(new FileInfo(Path).Length == 0 ? "PRAGMA auto_vacuum = INCREMENTAL;" : "")}
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = {(Durability == StorageDurability.Full ? "FULL" : "NORMAL")};
        PRAGMA wal_autocheckpoint = {CheckpointPages};
        PRAGMA journal_size_limit = {KeptWalBytes};
        PRAGMA cache_size = -{WriterCacheKibibytes};
        PRAGMA temp_store = MEMORY;
        """);

    public SqliteConnection OpenReader() => Open("PRAGMA query_only = 1;");

    /// <summary>A connection for VACUUM INTO, which one that may only query refuses.</summary>
    public SqliteConnection OpenCopier() => Open("PRAGMA synchronous = FULL;");

    public static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private SqliteConnection Open(string settings)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path, Pooling = false, DefaultTimeout = 1 }.ToString());
        try
        {
            connection.Open();
            Execute(connection, $"PRAGMA busy_timeout = {BusyTimeoutMilliseconds};");
            Execute(connection, settings);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
