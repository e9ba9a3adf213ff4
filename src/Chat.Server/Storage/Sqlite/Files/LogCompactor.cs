using Chat.Server.Configuration;
using Chat.Server.Log;
using Microsoft.Data.Sqlite;

namespace Chat.Server.Storage.Sqlite.Files;

/// <summary>Rewrites the log's file without its unused pages, and as one that can give pages back.</summary>
/// <remarks>VACUUM keeps the file itself, so its owner and mode stay. It writes a temporary copy, then everything in one transaction:
/// a process that is killed before that transaction's end has changed nothing.</remarks>
internal sealed class LogCompactor(string path, StorageDurability durability) : ILogCompactor
{
    // The copy, and the transaction that brings it back.
    private const int Copies = 2;

    public Compaction Compact()
    {
        var file = new SqliteFile(LogPath.Resolve(path), durability);
        if (new FileInfo(file.Path) is not { Exists: true, Length: var before and > 0 })
            throw new LogOpenException($"The message log {file.Path} is missing or empty. Name the file with Chat:Storage:Path, as for the server.");
        try
        {
            using var ownership = LogOwnership.Take(file.Path);
            PrivateFiles.Prepare(file.Path);
            using var connection = file.OpenWriter();
            RequireRoom(file, connection);
            Vacuum(file, connection);
        }
        catch (Exception e) when (OpenFailure.Explain(file.Path, e) is { } reason)
        {
            throw reason;
        }
        return new Compaction(file.Path, before, new FileInfo(file.Path).Length);
    }

    private static void RequireRoom(SqliteFile file, SqliteConnection connection)
    {
        using var epoch = new Statement(connection, "SELECT epoch FROM log"); // fails where the file is something else than a log
        using var pages = new Statement(connection, SqliteFile.UsedBytesQuery);
        pages.Step();
        var needed = (Copies * pages.Int64(0)) + SqliteMessageLog.LeastFreeBytes;
        if (file.FreeBytes < needed)
            throw new LogOpenException(
                $"The message log {file.Path} cannot be compacted: that needs {ByteText.Of(needed)} of room on its disk, which has {ByteText.Of(file.FreeBytes)}. Make room.");
    }

    private static void Vacuum(SqliteFile file, SqliteConnection connection)
    {
        // Beside the log, where the room is known: the system's folder for temporary files may be small, or memory.
        var folder = Path.GetDirectoryName(file.Path)!.Replace("'", "''", StringComparison.Ordinal);
        SqliteFile.Execute(connection, $"PRAGMA temp_store = FILE; PRAGMA temp_store_directory = '{folder}';");
        try
        {
            SqliteFile.Execute(connection, $"PRAGMA auto_vacuum = INCREMENTAL; VACUUM; PRAGMA wal_checkpoint(TRUNCATE);");
        }
        finally
        {
            SqliteFile.Execute(connection, "PRAGMA temp_store_directory = '';"); // it belongs to the process, not to the connection
        }
    }
}
