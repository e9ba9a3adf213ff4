using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Chat.Server.Tests;

/// <summary>The rules that keep a feature in its folder, read off the sources themselves.</summary>
public sealed partial class ArchitectureTests
{
    private static readonly string ServerFolder = Path.Combine(RepositoryFolder(), "src", "Chat.Server");

    [Fact]
    public void NothingButProgramDependsOnStorage() =>
        Using("Chat.Server.Storage").Where(file => file != "Program.cs" && Folder(file) != "Storage").Should().BeEmpty();

    [Fact]
    public void StorageDependsOnNoFeatureButTheOneWhoseInterfacesItImplements() =>
        Sources().Where(file => Folder(file) == "Storage").SelectMany(Usings)
            .Where(name => name.StartsWith("Chat.Server.", StringComparison.Ordinal)).Distinct()
            .Should().BeSubsetOf(["Chat.Server.Messaging", "Chat.Server.Configuration", "Chat.Server.Storage.Sqlite"]);

    [Fact]
    public void MessagingKnowsNoOtherFeature() =>
        Sources().Where(file => Folder(file) == "Messaging").SelectMany(Usings)
            .Where(name => name.StartsWith("Chat.Server.", StringComparison.Ordinal)).Distinct()
            .Should().BeSubsetOf(["Chat.Server.Configuration"]);

    [Fact]
    public void OnlyTheHubTheRawAdapterTheLimitsAndTheFanOutTouchSignalR() =>
        Using("Microsoft.AspNetCore.SignalR")
            .Where(file => Folder(file) is not ("Hubs" or "RawWebSockets" or "Limits"))
            .Should().BeSubsetOf(["ChatHub.cs", Path.Combine("Messaging", "MessageDelivery.cs")]);

    [Fact]
    public void NoFileOfTheServerIsOver400Lines() =>
        Sources().Where(file => File.ReadLines(Path.Combine(ServerFolder, file)).Count() > 400).Should().BeEmpty();

    private static IEnumerable<string> Using(string name) =>
        Sources().Where(file => Usings(file).Any(used => used == name || used.StartsWith(name + ".", StringComparison.Ordinal)));

    private static IEnumerable<string> Sources()
    {
        var sources = Directory.EnumerateFiles(ServerFolder, "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(ServerFolder, file))
            .Where(file => Folder(file) is not ("bin" or "obj"))
            .ToList();
        sources.Should().HaveCountGreaterThan(20);
        return sources;
    }

    private static string Folder(string file) => file.Contains(Path.DirectorySeparatorChar) ? file[..file.IndexOf(Path.DirectorySeparatorChar)] : "";

    private static IEnumerable<string> Usings(string file) =>
        UsingDirective().Matches(File.ReadAllText(Path.Combine(ServerFolder, file))).Select(match => match.Groups[1].Value);

    // Where the sources were compiled, wherever the tests run.
    private static string RepositoryFolder([CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", ".."));

    [GeneratedRegex(@"^using ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex UsingDirective();
}
