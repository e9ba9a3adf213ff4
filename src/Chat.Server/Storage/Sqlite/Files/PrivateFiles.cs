namespace Chat.Server.Storage.Sqlite.Files;

/// <summary>Keeps the log's files from everybody but their owner.</summary>
/// <remarks>Not <c>.lock</c>, which is empty, and not the mark, which tells nothing that was written.</remarks>
internal static class PrivateFiles
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Takes from the others what there is of a database, and makes an empty one where there is none.</summary>
    /// <remarks>To be called before SQLite opens it: what SQLite puts beside a database has the mode that the database has at that moment. And never while
    /// it is open in this process: who closes a file gives up SQLite's locks on it.</remarks>
    public static void Prepare(string database)
    {
        if (OperatingSystem.IsWindows())
            return;
        if (!File.Exists(database))
            Create(database);
        // A crash leaves all three.
        foreach (var file in (string[])[database, database + "-wal", database + "-shm"])
            if (File.Exists(file))
                File.SetUnixFileMode(file, File.GetUnixFileMode(file) & Owner);
    }

    /// <summary>Creates an empty file with mode 0600.</summary>
    /// <exception cref="IOException">There is one.</exception>
    public static void Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = Owner;
        new FileStream(path, options).Dispose();
    }
}
