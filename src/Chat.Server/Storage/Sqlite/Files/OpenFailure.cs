using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Chat.Server.Storage.Sqlite.Files;

/// <summary>Explains to the operator why a log cannot be opened.</summary>
internal static class OpenFailure
{
    // HResults that IOException has no type for: Linux and macOS, then Windows.
    private const int NoSpace = 28, DiskFull = unchecked((int)0x80070070);
    private const int LinuxLocked = 11, MacLocked = 35, SharingViolation = unchecked((int)0x80070020);

    /// <summary>Returns the reason and its remedy; null if an operator cannot fix the failure.</summary>
    public static LogOpenException? Explain(string path, Exception failure) => Remedy(path, failure) is { } remedy
        ? new LogOpenException($"The message log {path} cannot be opened: {failure.Message} {remedy}", failure)
        : null;

    private static string? Remedy(string path, Exception failure) => failure switch
    {
        SqliteException { SqliteErrorCode: raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB } =>
            $"Restore a backup, or try to save messages with: sqlite3 {path} .recover",
        SqliteException { SqliteErrorCode: raw.SQLITE_FULL } or SqliteException { SqliteExtendedErrorCode: raw.SQLITE_IOERR_SHMSIZE }
            or IOException { HResult: NoSpace or DiskFull } => "Free some space on its disk.",
        SqliteException { SqliteErrorCode: raw.SQLITE_CANTOPEN or raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_AUTH } or UnauthorizedAccessException =>
            "Let the server's user own it and write to its folder, or set Chat:Storage:Path.",
        SqliteException { SqliteErrorCode: raw.SQLITE_BUSY or raw.SQLITE_LOCKED } => "Stop the program that locks it, and start again.",
        SqliteException { SqliteErrorCode: raw.SQLITE_IOERR } => "Look for disk errors in the system's log.",
        SqliteException => "If it is another program's file, set Chat:Storage:Path to a file for Chat.",
        IOException { HResult: LinuxLocked or MacLocked or SharingViolation } => "If another Chat server uses it, stop that one, or set Chat:Storage:Path.",
        IOException => "Set Chat:Storage:Path to a writable file.",
        _ => null,
    };
}
