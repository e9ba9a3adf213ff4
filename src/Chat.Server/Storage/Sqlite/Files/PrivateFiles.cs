namespace Chat.Server.Storage.Sqlite.Files;

/// <summary>Lets only the owner access the log's files.</summary>
/// <remarks>The files <c>.lock</c> and <c>.mark</c> hold no messages, and keep their modes.</remarks>
internal static class PrivateFiles
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Sets mode 0600 on the database files, and creates an empty database file if there is none.</summary>
    /// <remarks>Call this before SQLite opens the database: files that SQLite creates beside it get its mode. Never call it while this process has the
    /// database open: closing a file releases SQLite's locks on it.</remarks>
    public static void Prepare(string database)
    {
        if (OperatingSystem.IsWindows())
            return;
        if (!File.Exists(database))
            Create(database);
        // After a crash all three exist.
        foreach (var file in (string[])[database, database + "-wal", database + "-shm"])
            if (File.Exists(file))
                File.SetUnixFileMode(file, File.GetUnixFileMode(file) & Owner);
    }

    /// <summary>Creates an empty file with mode 0600.</summary>
    /// <exception cref="IOException">The file exists.</exception>
    public static void Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = Owner;
        new FileStream(path, options).Dispose();
    }
}
