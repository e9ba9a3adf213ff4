using System.Diagnostics;
using System.Text.RegularExpressions;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Configuration;

/// <summary>A program that sees changed settings, and that its own log does not wake.</summary>
public sealed partial class ReloadTests
{
    [Theory]
    [InlineData("Production")]
    [InlineData("Development")]
    public async Task FolderOfTheLog_IsNotWatched(string environment)
    {
        await using var server = new ServerProcess(new() { ["Chat:Storage:Path"] = "", ["ASPNETCORE_ENVIRONMENT"] = environment });
        await WriteLevelAsync(server, "Information");
        Directory.CreateDirectory(Path.Combine(server.Folder, "wwwroot"));
        await server.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Address };
        foreach (var path in (string[])["/", "/dashboard", "/raw/", "/assets/none.js", "/api/v1/users"])
            using (await http.GetAsync(new Uri(path, UriKind.Relative)))
            {
            }
        await using var hub = await HubClient.ConnectAsync(server.Address, "alice");
        await hub.SendAsync("bob", "hi");
        var log = Path.Combine(server.Folder, "data");
        File.Exists(Path.Combine(log, "chat.db")).Should().BeTrue();
        Watched(server.Id).Should().NotContain(await InodeAsync(log), because: "each commit would wake the watcher");
    }

    [Fact]
    public async Task ChangedLogLevel_TakesEffect()
    {
        await using var server = new ServerProcess();
        await WriteLevelAsync(server, "Information");
        await server.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Address };
        await http.GetAsync(new Uri("/health/live", UriKind.Relative));
        server.Output.Should().NotContain("/health/live answered");
        await WriteLevelAsync(server, "Debug");
        await Wait.UntilAsync(
            async () =>
            {
                await http.GetAsync(new Uri("/health/live", UriKind.Relative));
                return server.Output.Contains("/health/live answered", StringComparison.Ordinal);
            },
            "A line of the level Debug");
    }

    private static Task WriteLevelAsync(ServerProcess server, string level) =>
        File.WriteAllTextAsync(Path.Combine(server.Folder, "appsettings.json"), $$"""{"Logging":{"LogLevel":{"Default":"{{level}}"} } }""");

    /// <summary>The inodes that a process watches.</summary>
    private static List<long> Watched(int process) =>
    [
        .. from descriptor in new DirectoryInfo($"/proc/{process}/fd").GetFiles()
           where descriptor.LinkTarget is "anon_inode:inotify"
           from watch in File.ReadLines($"/proc/{process}/fdinfo/{descriptor.Name}")
           let inode = Inode().Match(watch)
           where inode.Success
           select Convert.ToInt64(inode.Groups[1].Value, 16)
    ];

    private static async Task<long> InodeAsync(string path)
    {
        using var stat = Process.Start(new ProcessStartInfo("stat", ["--format=%i", path]) { RedirectStandardOutput = true })!;
        var inode = await stat.StandardOutput.ReadToEndAsync();
        await stat.WaitForExitAsync();
        return long.Parse(inode, System.Globalization.CultureInfo.InvariantCulture);
    }

    [GeneratedRegex("^inotify .*ino:([0-9a-f]+)")]
    private static partial Regex Inode();
}
