using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Chat.Server.Storage.Sqlite.Files;

/// <summary>Says what to do about a file that cannot be opened.</summary>
internal static class OpenFailure
{
    // What an IOException tells by its number alone: Linux's and macOS's, then Windows's.
    private const int NoSpace = 28, DiskFull = unchecked((int)0x80070070);
    private const int LinuxLocked = 11, MacLocked = 35, SharingViolation = unchecked((int)0x80070020);

    /// <summary>The reason and its remedy; null when it is nothing that an operator can mend.</summary>
    public static LogOpenException? Explain(string path, Exception failure) => Remedy(path, failure) is { } remedy
        ? new LogOpenException($"The message log {path} cannot be opened: {failure.Message} {remedy}", failure)
        : null;

    private static string? Remedy(string path, Exception failure) => failure switch
    {
        SqliteException { SqliteErrorCode: raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB } =>
            $"Restore a backup, or see what can be saved with: sqlite3 {path} .recover",
        SqliteException { SqliteErrorCode: raw.SQLITE_FULL } or SqliteException { SqliteExtendedErrorCode: raw.SQLITE_IOERR_SHMSIZE }
            or IOException { HResult: NoSpace or DiskFull } => "Make room on its disk.",
        SqliteException { SqliteErrorCode: raw.SQLITE_CANTOPEN or raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_AUTH } or UnauthorizedAccessException =>
            "Let the server's user own it and write to its folder, or set Chat:Storage:Path.",
        SqliteException { SqliteErrorCode: raw.SQLITE_BUSY or raw.SQLITE_LOCKED } => "End the program that holds it, then start again.",
        SqliteException { SqliteErrorCode: raw.SQLITE_IOERR } => "See in the system's log what is wrong with its disk.",
        SqliteException => "If it is another program's, name a file of its own with Chat:Storage:Path.",
        IOException { HResult: LinuxLocked or MacLocked or SharingViolation } => "If another Chat server uses it, stop that one, or set Chat:Storage:Path.",
        IOException => "Set Chat:Storage:Path to a file that can be written.",
        _ => null,
    };
}
