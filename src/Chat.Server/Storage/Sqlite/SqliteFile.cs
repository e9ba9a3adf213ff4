using Microsoft.Data.Sqlite;

namespace Chat.Server.Storage.Sqlite;

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

    public string Path { get; } = path;
    public StorageDurability Durability { get; } = durability;

    /// <summary>What the disk has room for.</summary>
    public long FreeBytes => new DriveInfo(Path).AvailableFreeSpace;

    public SqliteConnection OpenWriter() => Open($"""
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = {(Durability == StorageDurability.Full ? "FULL" : "NORMAL")};
        PRAGMA wal_autocheckpoint = {CheckpointPages};
        PRAGMA cache_size = -{WriterCacheKibibytes};
        PRAGMA temp_store = MEMORY;
        """);

    public SqliteConnection OpenReader() => Open("PRAGMA query_only = 1;");

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
