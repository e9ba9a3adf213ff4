using System.Runtime.CompilerServices;

namespace Chat.Server.Tests.Samples;

/// <summary>The sources that the tests were built from, and what was built with them.</summary>
internal static class Repository
{
    public static string Folder { get; } = Find();

    public static string Configuration { get; } = Directory.GetParent(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar))!.Name;

    /// <summary>A program of a project, in the configuration of the tests.</summary>
    public static string Program(string project) =>
        Path.Combine(Folder, project, "bin", Configuration, Path.GetFileName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)), Path.GetFileName(project) + ".dll");

    private static string Find([CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", ".."));
}
