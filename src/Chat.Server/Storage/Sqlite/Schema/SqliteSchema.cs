using System.Globalization;
using System.Reflection;

namespace Chat.Server.Storage.Sqlite.Schema;

/// <summary>Upgrades a file to this version's schema with the numbered scripts (<c>001.sql</c>, <c>002.sql</c> …) that it lacks.</summary>
/// <remarks>Each script and its version (<c>user_version</c>) are committed together, so that a killed upgrade leaves no half of a script.</remarks>
internal static class SqliteSchema
{
    /// <exception cref="LogOpenException">A newer version has written the file.</exception>
    public static void Upgrade(SqliteSession session, string path)
    {
        var scripts = Scripts();
        var version = session.QueryInt64("PRAGMA user_version");
        if (version > scripts.Count)
            throw new LogOpenException(
                $"The message log {path} has schema {version}, of a newer version of Chat; this version knows schema {scripts.Count}. Run the newer version.");

        for (var next = (int)version; next < scripts.Count; next++)
            session.Execute($"BEGIN IMMEDIATE; {scripts[next]}; PRAGMA user_version = {next + 1}; COMMIT;");
    }

    private static List<string> Scripts()
    {
        var assembly = Assembly.GetExecutingAssembly();
        var scripts = new List<string>();
        while (assembly.GetManifestResourceStream($"{(scripts.Count + 1).ToString("000", CultureInfo.InvariantCulture)}.sql") is { } stream)
            using (var reader = new StreamReader(stream))
                scripts.Add(reader.ReadToEnd());
        return scripts;
    }
}
