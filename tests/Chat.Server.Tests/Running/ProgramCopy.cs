using Chat.Server.Tests.Samples;

namespace Chat.Server.Tests.Running;

/// <summary>A copy of the built server in its own folder, with a page of one line.</summary>
internal sealed class ProgramCopy : IDisposable
{
    public const string PageText = "the page of the program's own folder";

    public ProgramCopy()
    {
        var built = Path.GetDirectoryName(Repository.ServerProgram())!;
        foreach (var file in Directory.GetFiles(built))
            File.Copy(file, Path.Combine(Folder, Path.GetFileName(file)));
        // The native libraries, and the old page.
        foreach (var folder in (string[])["runtimes", "raw"])
            Directory.CreateSymbolicLink(Path.Combine(Folder, folder), Path.Combine(built, folder));
        Directory.CreateDirectory(WebRoot);
        File.WriteAllText(Path.Combine(WebRoot, "index.html"), PageText);
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("chat-program-").FullName;
    public string Program => Path.Combine(Folder, "chat-server.dll");
    public string WebRoot => Path.Combine(Folder, "wwwroot");
    public string Database => Path.Combine(Folder, "data", "chat.db");

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
