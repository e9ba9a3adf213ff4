using System.Text.Json;
using System.Text.RegularExpressions;
using Chat.Server.Tests.Push;
using Chat.Server.Tests.Running;
using Chat.Server.Tests.Samples;

namespace Chat.Server.Tests;

/// <summary>Runs the commands that documents show. Tests beside their features run the others: the backup, the shell line, <c>compact</c>.</summary>
public sealed partial class DocumentedCommandTests(SourceCopy sources) : IClassFixture<SourceCopy>
{
    [Fact]
    public async Task CurlLinesOfTheReadme_Work()
    {
        await using var server = await TestServer.StartAsync(Keys.Settings(("KEY", "shop", ["push", "topics"])));
        var lines = CurlLine().Matches(await ReadAsync("README.md")).Select(match => match.Value).ToList();
        lines.Should().HaveCount(2);
        foreach (var line in lines)
        {
            line.Should().Contain("http://localhost:5000/", because: "a server that is started by hand listens there");
            await using var shell = RunningProgram.Start("bash", "-c", line.Replace("localhost:5000", server.Address.Authority, StringComparison.Ordinal).Replace("curl", "curl -sSf", StringComparison.Ordinal));
            (await shell.EndAsync()).Should().Be(0, because: shell.ToString());
        }
        (await server.MailboxAsync("alice")).Should().ContainSingle().Which.Content.Should().Be("your order has left");
        using var http = Keys.Client(server.Address, "KEY");
        using var topic = JsonDocument.Parse(await http.GetStringAsync("/api/v1/topic?topic=stats.sales"));
        topic.RootElement.GetProperty("value").GetProperty("today").GetInt32().Should().Be(5);
    }

    [Fact]
    public async Task DocumentedToken_ConnectsAnOldPage()
    {
        var command = TokenCommand().Match(await ReadAsync("docs/old-pages.md"));
        var host = Path.Combine(sources.Folder, command.Groups["folder"].Value);
        // The signing key goes to the user's secrets.
        var home = Directory.CreateDirectory(Path.Combine(sources.Folder, "home")).FullName;
        await using var shell = RunningProgram.Start("bash", "-c", $"export HOME='{home}' && cd '{host}' && {command.Groups["create"].Value}");
        (await shell.EndAsync()).Should().Be(0, because: shell.ToString());
        var token = shell.Shown.Single(line => line.Split('.').Length == 3);

        await using var server = new ServerProcess(new() { ["Chat:Identity:Mode"] = "Jwt", ["ASPNETCORE_ENVIRONMENT"] = "Development", ["HOME"] = home }) { StartedIn = host };
        await server.StartAsync();
        await using var alice = await RawClient.ConnectAsync(server.Address, $"?access_token={token}", log: () => server.Output);
        await alice.SendAsync("alice:alice:hi: me");
        (await alice.ReceiveAsync()).Should().Be("alice:hi: me");
    }

    [Fact]
    public async Task ProjectsOfCommands_Exist()
    {
        var named = new List<string>();
        foreach (var document in (string[])["README.md", "CONTRIBUTING.md", .. Directory.GetFiles(Path.Combine(Repository.Folder, "docs"), "*.md"), "samples/Chat.Console/README.md", "samples/web/README.md"])
            named.AddRange(Project().Matches(await ReadAsync(document)).Select(match => match.Groups[1].Value));
        named.Should().HaveCountGreaterThan(5).And.OnlyContain(project => Directory.GetFiles(Path.Combine(Repository.Folder, project), "*.csproj").Length == 1);
    }

    private static Task<string> ReadAsync(string document) => File.ReadAllTextAsync(Path.Combine(Repository.Folder, document));

    [GeneratedRegex("^curl .+$", RegexOptions.Multiline)]
    private static partial Regex CurlLine();

    [GeneratedRegex("^cd (?<folder>\\S+)\n(?<create>dotnet user-jwts create .+)$", RegexOptions.Multiline)]
    private static partial Regex TokenCommand();

    [GeneratedRegex(@"--project (\S+[^\s`.,])")]
    private static partial Regex Project();
}
