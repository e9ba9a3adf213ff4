using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Configuration;

/// <summary>The folders of the program's settings, page and log, for any current folder.</summary>
[Trait("Duration", "Long")]
public sealed class ContentRootTests : IDisposable
{
    private const string OwnSettings = """{"Chat":{"RawWebSocket":{"NoticeSender":"own"}}}""";

    private readonly ProgramCopy program = new();
    private readonly DirectoryInfo other = Directory.CreateTempSubdirectory("chat-other-");

    public ContentRootTests() => File.WriteAllText(Path.Combine(program.Folder, "appsettings.json"), OwnSettings);

    public void Dispose()
    {
        program.Dispose();
        other.Delete(recursive: true);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("/proc")]
    public async Task ServerStartedInAnyFolder_UsesItsOwnFolder(string? folder)
    {
        await using var server = Server(startedIn: folder);
        await server.StartAsync();
        (await server.NoticeSenderAsync()).Should().Be("own", because: "its own settings are read");
        (await server.PageAsync()).Should().Be(ProgramCopy.PageText);
        server.Output.Should().Contain($"The message log is {program.Database} (new file).");
        File.Exists(program.Database).Should().BeTrue();
        Directory.EnumerateFileSystemEntries(server.Folder).Should().BeEmpty();
    }

    [Fact]
    public async Task ServerStartedInADeletedFolder_UsesItsOwnFolder()
    {
        var gone = Directory.CreateTempSubdirectory("chat-gone-").FullName;
        await using var server = Server(startedIn: gone, launcher: ["sh", "-c", $"rmdir {gone} && exec \"$0\" \"$@\""]);
        await server.StartAsync();
        server.Output.Should().Contain($"The message log is {program.Database} (new file).");
    }

    [Fact]
    public async Task ContentRootThatDoesNotExist_IsNamed()
    {
        await using var server = Server(arguments: ["--contentRoot=nowhere"]);
        (await server.RunAsync()).Should().Be(1);
        server.Output.Should().Contain($"The folder {Path.Combine(program.Folder, "nowhere")}, which --contentRoot names, does not exist.").And.NotContain(" at Chat.");
    }

    [Fact]
    public async Task LogInTheFolderOfAnEarlierVersion_IsNamedWithTheCommandThatMovesIt()
    {
        var (root, earlier) = (Path.Combine(other.FullName, "Chat.Host"), Path.Combine(other.FullName, "Chat.Server", "data"));
        Directory.CreateDirectory(root);
        Directory.CreateDirectory(earlier);
        await File.WriteAllTextAsync(Path.Combine(earlier, "chat.db"), "");
        await using var server = Server(arguments: [$"--contentRoot={root}"]);
        await server.StartAsync();
        server.Output.Should().Contain($"rm -f '{root}/data'/chat.db* && mv '{earlier}'/chat.db* '{root}/data'/");
        await server.TerminateAsync();
        await using var again = Server(arguments: [$"--contentRoot={root}"]);
        await again.StartAsync();
        again.Output.Should().NotContain("An earlier version", because: "a log is there now");
    }

    [Theory]
    [InlineData("appsettings.json")]
    [InlineData("appsettings.Production.json")]
    public async Task CurrentFolderWithSettings_IsTheContentRoot(string file)
    {
        await using var server = Server();
        await File.WriteAllTextAsync(Path.Combine(server.Folder, file), """{"Chat":{"RawWebSocket":{"NoticeSender":"butler"}}}""");
        await server.StartAsync();
        (await server.NoticeSenderAsync()).Should().Be("butler");
        (await server.PageAsync()).Should().Be(ProgramCopy.PageText, because: "the folder has no page of its own");
        server.Output.Should().Contain($"The message log is {Path.Combine(server.Folder, "data", "chat.db")} (new file).");
        Directory.Exists(Path.Combine(program.Folder, "data")).Should().BeFalse();
    }

    [Fact]
    public async Task CurrentFolderWithLog_IsTheContentRoot()
    {
        await using var server = Server();
        var log = Path.Combine(server.Folder, "data", "chat.db");
        await using (var before = Server(settings: new() { ["Chat:Storage:Path"] = log }))
        {
            await before.StartAsync();
            await using var alice = await HubClient.ConnectAsync(before.Address, "alice");
            await alice.SendAsync("bob", "written before");
            (await before.TerminateAsync()).Should().Be(0);
        }
        await server.StartAsync();
        server.Output.Should().Contain($"The message log is {log} (existing file).");
        await using var bob = await HubClient.ConnectAsync(server.Address, "bob");
        (await bob.ReadAllAsync("bob")).Should().ContainSingle().Which.Content.Should().Be("written before");
        (await server.PageAsync()).Should().Be(ProgramCopy.PageText);
    }

    [Theory]
    [InlineData("--contentRoot", false)]
    [InlineData("ASPNETCORE_CONTENTROOT", true)]
    [InlineData("DOTNET_CONTENTROOT", true)]
    public async Task NamedContentRoot_Wins(string name, bool isVariable)
    {
        await using var server = isVariable ? Server(settings: new() { [name] = other.FullName }) : Server(arguments: [name, other.FullName]);
        await File.WriteAllTextAsync(Path.Combine(server.Folder, "appsettings.json"), """{"Chat":{"RawWebSocket":{"NoticeSender":"butler"}}}""");
        await server.StartAsync();
        (await server.NoticeSenderAsync()).Should().Be("system", because: "the named folder has no settings");
        (await server.PageAsync()).Should().Be(ProgramCopy.PageText);
        server.Output.Should().Contain($"The message log is {Path.Combine(other.FullName, "data", "chat.db")} (new file).");
    }

    [Fact]
    public async Task NamedWebRoot_Wins()
    {
        await File.WriteAllTextAsync(Path.Combine(other.FullName, "index.html"), "another page");
        await using var server = Server(settings: new() { ["ASPNETCORE_WEBROOT"] = other.FullName });
        await server.StartAsync();
        (await server.PageAsync()).Should().Be("another page");
    }

    [Fact]
    public async Task PageOfTheContentRoot_Wins()
    {
        await using var server = Server();
        await File.WriteAllTextAsync(Path.Combine(server.Folder, "appsettings.json"), "{}");
        Directory.CreateDirectory(Path.Combine(server.Folder, "wwwroot"));
        await File.WriteAllTextAsync(Path.Combine(server.Folder, "wwwroot", "index.html"), "another page");
        await server.StartAsync();
        (await server.PageAsync()).Should().Be("another page");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RelativeLogPathOfAnArgumentOrVariable_StartsAtTheCurrentFolder(bool isVariable)
    {
        await using var server = isVariable
            ? Server(settings: new() { ["Chat:Storage:Path"] = "kept/own.db" })
            : Server(arguments: ["--Chat:Storage:Path=kept/own.db"]);
        await server.StartAsync();
        (await server.NoticeSenderAsync()).Should().Be("own");
        server.Output.Should().Contain($"The message log is {Path.Combine(server.Folder, "kept", "own.db")} (new file).");
    }

    [Fact]
    public async Task RelativeLogPathOfASettingsFile_StartsAtItsFolder()
    {
        await File.WriteAllTextAsync(Path.Combine(program.Folder, "appsettings.json"), """{"Chat":{"Storage":{"Path":"kept/own.db"}}}""");
        await using var server = Server(launcher: ["env", "--unset=Chat__Storage__Path"]);
        await server.StartAsync();
        server.Output.Should().Contain($"The message log is {Path.Combine(program.Folder, "kept", "own.db")} (new file).");
    }

    [Fact]
    public async Task ReadOnlyOwnFolder_StopsTheStartAndNamesTheSetting()
    {
        using (new FolderMode(program.Folder, UnixFileMode.UserRead | UnixFileMode.UserExecute))
        {
            await using var server = Server(launcher: FolderMode.Launcher);
            (await server.RunAsync()).Should().Be(1);
            server.Output.Trim().Split('\n').Should().ContainSingle().Which
                .Should().StartWith($"The message log {program.Database} cannot be opened: ").And.Contain("denied").And.EndWith("or set Chat:Storage:Path.");
            Directory.EnumerateFileSystemEntries(server.Folder).Should().BeEmpty(because: "no log is created in the current folder");
        }
    }

    [Fact]
    public async Task UnlistableFolder_IsNotTheContentRoot()
    {
        using (new FolderMode(other.FullName, UnixFileMode.UserExecute))
        {
            await using var server = Server(startedIn: other.FullName, launcher: FolderMode.Launcher);
            await server.StartAsync();
            (await server.NoticeSenderAsync()).Should().Be("own");
        }
    }

    private ServerProcess Server(string? startedIn = null, Dictionary<string, string>? settings = null, string[]? arguments = null, string[]? launcher = null) =>
        new(new Dictionary<string, string> { ["Chat:Storage:Path"] = "" }.Concat(settings ?? []).GroupBy(one => one.Key).ToDictionary(one => one.Key, one => one.Last().Value), launcher)
        {
            Program = program.Program,
            StartedIn = startedIn,
            Arguments = arguments ?? [],
        };
}

/// <summary>Sets the owner's rights in a folder until it is disposed.</summary>
file sealed class FolderMode : IDisposable
{
    private readonly string folder;

    public FolderMode(string folder, UnixFileMode mode)
    {
        this.folder = folder;
        Set(mode);
    }

    /// <summary>Runs a program without capabilities: file modes do not bind a superuser with them.</summary>
    public static string[] Launcher { get; } = Environment.IsPrivilegedProcess ? ["setpriv", "--inh-caps=-all", "--bounding-set=-all"] : [];

    public void Dispose() => Set(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

    private void Set(UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, mode);
    }
}

file static class Answers
{
    public static async Task<string> PageAsync(this ServerProcess server)
    {
        using var http = new HttpClient { BaseAddress = server.Address };
        return await http.GetStringAsync(new Uri("/", UriKind.Relative));
    }

    /// <summary>Returns the sender of error frames, which is a setting.</summary>
    public static async Task<string> NoticeSenderAsync(this ServerProcess server)
    {
        await using var raw = await RawClient.ConnectAsync(server.Address);
        await raw.SendAsync("no frame");
        return (await raw.ReceiveAsync()).Split(':')[0];
    }
}
