using System.Runtime.CompilerServices;

namespace Chat.Protocol.Tests;

/// <summary>The public description of the wire: <c>src/Chat.Protocol/README.md</c>.</summary>
internal static class Specification
{
    public static IReadOnlyList<string> Lines { get; } = File.ReadAllLines(Find());

    // Where the sources were compiled, wherever the tests run.
    private static string Find([CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", "src", "Chat.Protocol", "README.md"));
}
