namespace Chat.Server.Storage.Sqlite.Files;

/// <summary>Locks the log against a second process.</summary>
/// <remarks>SQLite allows several writers. The server assigns offsets from memory, so only one process may write. The lock ends with the process.</remarks>
internal static class LogOwnership
{
    /// <exception cref="IOException">Another process has the lock.</exception>
    public static FileStream Take(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
    }
}
