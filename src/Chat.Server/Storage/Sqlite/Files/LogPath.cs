namespace Chat.Server.Storage.Sqlite.Files;

/// <summary>Resolves links in the log's path.</summary>
/// <remarks>SQLite follows links. The lock and the mark are named after the file, so their paths must follow them, too.</remarks>
internal static class LogPath
{
    // The limit of Linux.
    private const int MaxLinks = 40;

    /// <exception cref="LogOpenException">The path does not lead to a file.</exception>
    public static string Resolve(string path)
    {
        var resolved = Path.GetPathRoot(path)!;
        var rest = new Stack<string>(Parts(path[resolved.Length..]));
        for (var links = 0; rest.TryPop(out var part);)
        {
            var next = part == ".." ? Path.GetDirectoryName(resolved) ?? resolved : Path.Combine(resolved, part);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                resolved = next;
                continue;
            }
            if (++links > MaxLinks)
                throw new LogOpenException($"The message log {path} cannot be found: its links form a loop. Set Chat:Storage:Path.");
            var root = Path.GetPathRoot(target) ?? "";
            if (root.Length > 0)
                resolved = Path.GetFullPath(root);
            foreach (var step in Parts(target[root.Length..]))
                rest.Push(step);
        }
        return Path.EndsInDirectorySeparator(path) || Directory.Exists(resolved)
            ? throw new LogOpenException($"The message log {path} is a folder. Name a file in it with Chat:Storage:Path.")
            : resolved;
    }

    /// <summary>Splits a path; its last part comes first.</summary>
    private static IEnumerable<string> Parts(string path) =>
        path.Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".").Reverse();
}
