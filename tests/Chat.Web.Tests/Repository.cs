namespace Chat.Web.Tests;

/// <summary>Paths of files in the repository that the server and the browsers use.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(new DirectoryInfo(AppContext.BaseDirectory));

    public static string WebRoot => Path.Combine(Root, "src", "Chat.Host", "wwwroot");

    /// <summary>A project's program, in the configuration of the tests.</summary>
    public static string Program(string project, string name)
    {
        // …/bin/Release/net10.0
        var output = AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar).Split(Path.DirectorySeparatorChar);
        return Path.Combine(Root, project, "bin", output[^2], output[^1], name + ".dll");
    }

    public static Uri RawPage => new(Path.Combine(Root, "samples", "raw", "index.html"));

    public static string Axe => Path.Combine(Root, "node_modules", "axe-core", "axe.min.js");

    /// <summary>Returns the path of a screenshot.</summary>
    public static string Screenshot(string name) => Path.Combine(Root, "tests", "Chat.Web.Tests", "screenshots", name + ".png");

    private static string Find(DirectoryInfo? folder) => folder switch
    {
        null => throw new DirectoryNotFoundException("The tests do not run inside the repository."),
        _ when File.Exists(Path.Combine(folder.FullName, "Chat.sln")) => folder.FullName,
        _ => Find(folder.Parent),
    };
}
