using System.Runtime.CompilerServices;

namespace Chat.Protocol.Tests;

/// <summary>The public description of the wire: <c>src/Chat.Protocol/README.md</c>.</summary>
internal static class Specification
{
    /// <summary>The repository's folder at compile time.</summary>
    public static string Repository { get; } = Find();

    public static IReadOnlyList<string> Lines { get; } = File.ReadAllLines(Path.Combine(Repository, "src", "Chat.Protocol", "README.md"));

    private static string Find([CallerFilePath] string thisFile = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", ".."));
}
