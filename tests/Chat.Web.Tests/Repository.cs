namespace Chat.Web.Tests;

/// <summary>Paths of files in the repository that the server and the browsers use.</summary>
internal static class Repository
{
    private static readonly string Root = Find(new DirectoryInfo(AppContext.BaseDirectory));

    public static string WebRoot => Path.Combine(Root, "src", "Chat.Host", "wwwroot");

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
