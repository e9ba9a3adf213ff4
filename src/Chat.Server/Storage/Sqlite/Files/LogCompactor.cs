using Chat.Server.Configuration;
using Chat.Server.Log;

namespace Chat.Server.Storage.Sqlite.Files;

/// <summary>Rewrites the log's file without unused pages, and so that it can return pages later.</summary>
/// <remarks>VACUUM keeps the file's owner and mode. It writes a temporary copy, and copies that back in one transaction: a process that is killed earlier
/// has changed nothing.</remarks>
internal sealed class LogCompactor(string path, StorageDurability durability) : ILogCompactor
{
    // The temporary copy, and the transaction that copies it back.
    private const int Copies = 2;

    public Compaction Compact()
    {
        var file = new SqliteFile(LogPath.Resolve(path), durability);
        if (new FileInfo(file.Path) is not { Exists: true, Length: var before and > 0 })
            throw new LogOpenException($"The message log {file.Path} is missing or empty. Set Chat:Storage:Path to the file that the server uses.");
        try
        {
            using var ownership = LogOwnership.Take(file.Path);
            PrivateFiles.Prepare(file.Path);
            using var session = file.OpenWriter();
            RequireSpace(file, session);
            Vacuum(file, session);
        }
        catch (Exception e) when (OpenFailure.Explain(file.Path, e) is { } reason)
        {
            throw reason;
        }
        return new Compaction(file.Path, before, new FileInfo(file.Path).Length);
    }

    private static void RequireSpace(SqliteFile file, SqliteSession session)
    {
        using var epoch = session.PrepareOnce("SELECT epoch FROM log"); // fails if the file is not a log
        var needed = (Copies * session.QueryInt64(SqliteFile.UsedBytesQuery)) + SqliteFile.LeastFreeBytes;
        if (file.FreeBytes < needed)
            throw new LogOpenException(
                $"The message log {file.Path} cannot be compacted: that needs {ByteText.Of(needed)} of free space on its disk, "
                + $"which has {ByteText.Of(file.FreeBytes)}. Free some space.");
    }

    private static void Vacuum(SqliteFile file, SqliteSession session)
    {
        // The temporary copy goes beside the log, where free space was checked: the system's temporary folder may be small, or in memory.
        var folder = Path.GetDirectoryName(file.Path)!.Replace("'", "''", StringComparison.Ordinal);
        session.Execute($"PRAGMA temp_store = FILE; PRAGMA temp_store_directory = '{folder}';");
        try
        {
            session.Execute("PRAGMA auto_vacuum = INCREMENTAL; VACUUM; PRAGMA wal_checkpoint(TRUNCATE);");
        }
        finally
        {
            session.Execute("PRAGMA temp_store_directory = '';"); // a setting of the process, not of the connection
        }
    }
}
