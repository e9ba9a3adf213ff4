using System.Net;
using System.Text.RegularExpressions;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Samples;

/// <summary>Builds the server and its page (samples/web) from a fresh clone. The tests share the clone, so that the library is compiled once.</summary>
[Trait("Duration", "Long")]
[Collection(HeavyLoad.Name)]
public sealed partial class BuildTests(SourceCopy sources) : IClassFixture<SourceCopy>, IAsyncLifetime
{
    private const string Project = "src/Chat.Host";

    public Task InitializeAsync()
    {
        // Each test builds the program and the page anew, and installs the packages of the page.
        foreach (var built in (string[])["src/Chat.Host/bin", "src/Chat.Host/obj", "src/Chat.Host/wwwroot", "node_modules", "src/chat-client/node_modules", "samples/web/node_modules"])
            if (Path.Combine(sources.Folder, built) is var folder && Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        return Task.CompletedTask;
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task BuildWithoutNode_NamesWhatToInstall()
    {
        string[] build = ["build", Project, "-c", Repository.Configuration];
        // MSBuild runs commands with sh.
        var written = await sources.DotnetAsync(build, path: sources.PathWithOnly("dotnet", "sh"));
        written.Should().Contain("Node.js is not installed: the server is built without its web page.").And.NotContain("npm").And.Contain("0 Warning(s)");

        await using var server = new ServerProcess { Program = Repository.ServerProgram(sources.Folder), StartedIn = Path.Combine(sources.Folder, Project) };
        await server.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Address };
        (await http.GetStringAsync("/")).Should().Contain("Node.js was not installed").And.Contain("install Node.js").And.Contain("build the server again").And.NotContain("<");

        // Follows that advice, with Node.js.
        server.Kill();
        written = await sources.DotnetAsync(build);
        await server.StartAsync();
        await ShowsThePageAsync(server, written);
        await ShowsThePageAnywhereAsync(server.Program, written);
    }

    [Fact]
    public async Task PublishedFreshClone_ServesThePage()
    {
        await PublishedShowsThePageAsync("published");

        // The second build begins with a page and makes another one, whose script has a new name.
        await File.AppendAllTextAsync(Path.Combine(sources.Folder, "src/chat-client/src/connection.ts"), "\nconsole.info('another page');\n");
        await PublishedShowsThePageAsync("published again");
    }

    private async Task PublishedShowsThePageAsync(string folder)
    {
        var published = Path.Combine(sources.Folder, folder);
        var written = await sources.DotnetAsync(["publish", Project, "-c", Repository.Configuration, "-o", published]);
        await using var server = new ServerProcess { Program = Path.Combine(published, "chat-server.dll"), StartedIn = published };
        await server.StartAsync();
        await ShowsThePageAsync(server, written);
    }

    // The page lies beside the built program. Without the page, the error does not mention Node.js.
    private static async Task ShowsThePageAnywhereAsync(string program, string built)
    {
        await using var server = new ServerProcess { Program = program };
        await server.StartAsync();
        await ShowsThePageAsync(server, built);
        server.Kill();

        var page = Path.Combine(Path.GetDirectoryName(program)!, "wwwroot");
        Directory.Delete(page, recursive: true);
        await server.StartAsync();
        server.Output.Should().Contain($"The web page is missing: {page} holds no index.html.");
        using var http = new HttpClient { BaseAddress = server.Address };
        (await http.GetStringAsync("/")).Should().Contain("the page's files are missing").And.NotContain("Node");
    }

    private static async Task ShowsThePageAsync(ServerProcess server, string built)
    {
        using var http = new HttpClient { BaseAddress = server.Address };
        using var page = await http.GetAsync("/");
        page.StatusCode.Should().Be(HttpStatusCode.OK);
        var html = await page.Content.ReadAsStringAsync();
        page.Content.Headers.ContentType!.MediaType.Should().Be("text/html", because: $"{html}\n{built}");
        var assets = Asset().Matches(html).Select(match => match.Groups[1].Value).ToList();
        assets.Should().Contain(asset => asset.EndsWith(".js")).And.Contain(asset => asset.EndsWith(".css"));
        foreach (var asset in assets)
        {
            using var answer = await http.GetAsync(asset);
            answer.StatusCode.Should().Be(HttpStatusCode.OK, because: asset);
            (await answer.Content.ReadAsByteArrayAsync()).Should().NotBeEmpty(because: asset);
        }
    }

    [GeneratedRegex(@"(?:src|href)=""([^""]+)""")]
    private static partial Regex Asset();
}
