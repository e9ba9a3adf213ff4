using System.Runtime.CompilerServices;

namespace Chat.Server.Tests.Samples;

/// <summary>The sources that the tests were built from, and what was built with them.</summary>
internal static class Repository
{
    public static string Folder { get; } = Find();

    // …/bin/Release/net10.0
    private static string[] Output { get; } = AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar).Split(Path.DirectorySeparatorChar);

    public static string Configuration => Output[^2];

    /// <summary>A project's program, in the configuration of the tests.</summary>
    /// <param name="sources">Other sources than these.</param>
    /// <param name="program">Its name, if not the folder's.</param>
    public static string Program(string project, string? sources = null, string? program = null) =>
        Path.Combine(sources ?? Folder, project, "bin", Output[^2], Output[^1], (program ?? Path.GetFileName(project)) + ".dll");

    public static string ServerProgram(string? sources = null) => Program("src/Chat.Host", sources, "chat-server");

    private static string Find([CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", ".."));
}
