using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Configuration;

/// <summary>The program notices changed settings, and does not watch its log's folder.</summary>
[Trait("Duration", "Long")]
public sealed class ReloadTests
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
        new DirectoryInfo($"/proc/{server.Id}/fd").GetFiles().Should().NotContain(
            descriptor => descriptor.LinkTarget == "anon_inode:inotify", because: "each commit would wake a watcher");
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
            "A line at level Debug");
    }

    private static Task WriteLevelAsync(ServerProcess server, string level) =>
        File.WriteAllTextAsync(Path.Combine(server.Folder, "appsettings.json"), $$"""{"Logging":{"LogLevel":{"Default":"{{level}}"} } }""");
}
