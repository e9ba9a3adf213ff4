using Microsoft.Data.Sqlite;

namespace Chat.Server.Storage.Sqlite.Files;

/// <summary>Opens connections to the log's file.</summary>
internal sealed class SqliteFile(string path, StorageDurability durability)
{
    // After this time a caller that waits for another process's lock gets "unavailable".
    private const int BusyTimeoutMilliseconds = 5000;

    private const int PageBytes = 4096;

    // The write-ahead log is checkpointed at this size. A page that many commits change is then written once for all of them.
    private const int CheckpointBytes = 16 << 20;

    /// <summary>Pages in the write-ahead log that start a checkpoint.</summary>
    public const int CheckpointPages = CheckpointBytes / PageBytes;

    // SQLite cannot reuse the write-ahead log while a backup runs, so that the file grows. Afterwards it is truncated to this size.
    private const int KeptWalBytes = 4 * CheckpointBytes;

    /// <summary>Free disk space below which the server is not ready: several times the growth between two checkpoints.</summary>
    public const long LeastFreeBytes = 4 * CheckpointBytes;

    // 64 MiB: the pages that appends and the index change stay in memory.
    private const int WriterCacheKibibytes = 64 << 10;

    /// <summary>Selects the bytes of the pages in use.</summary>
    public const string UsedBytesQuery = "SELECT (page_count - freelist_count) * page_size FROM pragma_page_count, pragma_freelist_count, pragma_page_size";

    public string Path { get; } = path;
    public StorageDurability Durability { get; } = durability;

    /// <summary>Free space on the file's disk.</summary>
    public long FreeBytes => new DriveInfo(Path).AvailableFreeSpace;

    // auto_vacuum lets the server return unused pages. It must be set before the file has a page; later only VACUUM changes it.
    // SQLite then also stores where each page belongs, which costs an append 3 to 7 % (64 bytes of content, 64 and 1000 callers; AppendBenchmark).
    public SqliteSession OpenWriter() => Open($"""
        {(new FileInfo(Path).Length == 0 ? "PRAGMA auto_vacuum = INCREMENTAL;" : "")}
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = {(Durability == StorageDurability.Full ? "FULL" : "NORMAL")};
        PRAGMA wal_autocheckpoint = {CheckpointPages};
        PRAGMA journal_size_limit = {KeptWalBytes};
        PRAGMA cache_size = -{WriterCacheKibibytes};
        PRAGMA temp_store = MEMORY;
        """);

    public SqliteSession OpenReader() => Open("PRAGMA query_only = 1;");

    /// <summary>Opens a connection for VACUUM INTO, which <c>query_only</c> would refuse.</summary>
    public SqliteSession OpenCopier() => Open("PRAGMA synchronous = FULL;");

    private SqliteSession Open(string settings)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path, Pooling = false, DefaultTimeout = 1 }.ToString());
        try
        {
            connection.Open();
            var session = new SqliteSession(connection);
            session.Execute($"PRAGMA busy_timeout = {BusyTimeoutMilliseconds};");
            session.Execute(settings);
            return session;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
