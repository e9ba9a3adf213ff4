using System.Globalization;
using System.Reflection;
using Chat.Server.Storage.Sqlite.Files;
using Microsoft.Data.Sqlite;

namespace Chat.Server.Storage.Sqlite.Schema;

/// <summary>Brings a file to the schema of this version by the numbered scripts (<c>001.sql</c>, <c>002.sql</c> …) that it lacks.</summary>
/// <remarks>A script and the version that it reaches (<c>user_version</c>) are committed together: a killed upgrade has happened or has not.</remarks>
internal static class SqliteSchema
{
    public static void Upgrade(SqliteConnection connection)
    {
        var scripts = Scripts();
        using var statement = new Statement(connection, "PRAGMA user_version");
        statement.Step();
        var version = statement.Int64(0);
        statement.Reset();
        if (version > scripts.Count)
            throw new LogOpenException($"The message log {connection.DataSource} was written by a newer version of Chat (schema {version}, this one knows {scripts.Count}). Run that version.");

        for (var next = (int)version; next < scripts.Count; next++)
            SqliteFile.Execute(connection, $"BEGIN IMMEDIATE; {scripts[next]}; PRAGMA user_version = {next + 1}; COMMIT;");
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
