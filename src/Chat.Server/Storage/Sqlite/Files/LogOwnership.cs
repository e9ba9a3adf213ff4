namespace Chat.Server.Storage.Sqlite.Files;

/// <summary>The lock that keeps a second process from the log.</summary>
/// <remarks>SQLite lets many processes write to one file. The server gives offsets from memory, so only one process may. The lock ends with the process.</remarks>
internal static class LogOwnership
{
    /// <exception cref="IOException">Another process has it.</exception>
    public static FileStream Take(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
    }
}
