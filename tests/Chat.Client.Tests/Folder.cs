namespace Chat.Client.Tests;

/// <summary>A temporary folder for positions.</summary>
internal sealed class Folder : IDisposable
{
    private readonly string path = Directory.CreateTempSubdirectory("chat-client-").FullName;

    public string File => Path.Combine(path, "positions.json");

    public void Dispose() => Directory.Delete(path, recursive: true);
}
