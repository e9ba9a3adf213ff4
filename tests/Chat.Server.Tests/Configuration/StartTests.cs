using System.Net;
using Chat.Server.Tests.Push;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Configuration;

[Trait("Duration", "Long")]
public sealed class StartTests
{
    [Fact]
    public async Task MissingIdentityMode_StopsTheStart()
    {
        await using var server = new ServerProcess(new() { ["Chat:Identity:Mode"] = "" });
        (await server.RunAsync()).Should().Be(1);
        server.Output.Should().Contain("Chat:Identity:Mode").And.Contain("Claimed").And.Contain("Jwt");
    }

    [Fact]
    public async Task ClaimedIdentityMode_IsWarnedAbout()
    {
        await using var server = new ServerProcess();
        await server.StartAsync();
        server.Output.Should().Contain("every client can name any user");
    }

    [Fact]
    public async Task DevelopmentWithoutAMode_TrustsTheClaimedUser()
    {
        await using var server = new ServerProcess(new() { ["Chat:Identity:Mode"] = "", ["ASPNETCORE_ENVIRONMENT"] = "Development" });
        await server.StartAsync();
        await using var client = await HubClient.ConnectAsync(server.Address, "alice");
        (await client.SendAsync("bob", "hi")).Offset.Should().Be(1);
    }

    [Fact]
    public async Task BadSettings_AreAllReportedAtOnce()
    {
        var lines = await TestServer.RefusalAsync(new()
        {
            ["Chat:Limits:SendTimeout"] = "soon",
            ["Chat:Messaging:MaxFrameBytes"] = "1",
            ["Chat:Storage:Durability"] = "Perhaps",
            ["Chat:RawWebSocket:NoticeSender"] = "a:b",
        });
        string.Join('\n', lines).Should().Contain("Chat:Limits:SendTimeout = 'soon': write a time")
            .And.Contain("Chat:Messaging:MaxFrameBytes = '1': It must be between 256 and")
            .And.Contain("Chat:Storage:Durability = 'Perhaps': write Full or Relaxed")
            .And.Contain("Chat:RawWebSocket:NoticeSender = 'a:b': Give a user id");
    }

    [Theory]
    [InlineData("", "", "", "Chat:Identity:Jwt:Authority: It is not set")]
    [InlineData("https://id.example", "chat", "0123456789abcdef0123456789abcdef", "Chat:Identity:Jwt:SigningKey: Remove it")]
    [InlineData("https://id.example", "", "", "Chat:Identity:Jwt:Audience: It is not set")]
    [InlineData("http://id.example", "chat", "", "Chat:Identity:Jwt:Authority = 'http://id.example'")]
    [InlineData("", "", "too short to be a key", "Chat:Identity:Jwt:SigningKey: It is too short")]
    public async Task BadTokenSetting_IsNamedAndTheKeyNotShown(string authority, string audience, string key, string reason)
    {
        var lines = await TestServer.RefusalAsync(new()
        {
            ["Chat:Identity:Mode"] = "Jwt",
            ["Chat:Identity:Jwt:Authority"] = authority,
            ["Chat:Identity:Jwt:Audience"] = audience,
            ["Chat:Identity:Jwt:SigningKey"] = key,
        });
        lines.Should().ContainSingle().Which.Should().Contain(reason).And.NotContain("0123456789abcdef");
    }

    [Theory]
    [InlineData("Chat:RawWebSocket:Path", "/{", "Give a path of letters")]
    [InlineData("Chat:RawWebSocket:Path", "/a b?c", "Give a path of letters")]
    [InlineData("Chat:RawWebSocket:Path", "/Chat", "/chat, /health, /metrics, /raw and /api/v1 are taken")]
    [InlineData("Chat:Identity:Mode", "Basic", "write Claimed or Jwt")]
    [InlineData("Chat:Origins:0", "chat.example", "write scheme and host")]
    [InlineData("Chat:Origins:0", "https://chat.example/path", "write scheme and host")]
    [InlineData("Chat:Origins:0", "https://ü-.example", "write scheme and host")]
    [InlineData("Chat:Origins:0", "capacitor://", "write scheme and host")]
    [InlineData("Chat:Origins:0", "file://", "null for pages opened from files")]
    [InlineData("Chat:Origins:0", "app://chat/page", "write scheme and host")]
    [InlineData("Chat:Origins:0", "app://chat:99999", "write scheme and host")]
    [InlineData("Chat:PathBase", "chat-app", "write a path that begins with one slash")]
    [InlineData("Chat:PathBase", "//evil.example", "write a path that begins with one slash")]
    [InlineData("Chat:PathBase", "https://chat.example/app", "write a path that begins with one slash")]
    [InlineData("Chat:PathBase", "/a/../b", "without . or .. as a part")]
    [InlineData("Chat:KnownProxies:0", "proxy", "write an address")]
    [InlineData("Chat:Limits:MaxQueuedBytes", "1", "write at least 921600 ")]
    [InlineData("Chat:Messaging:MaxFrameBytes", "4194304", "write at least")]
    [InlineData("Chat:Topics:ConflationWindow", "-00:00:01", "between 00:00:00 and 00:01:00")]
    public async Task BadSetting_IsReportedInOneLineWithTheRemedy(string key, string value, string remedy)
    {
        var lines = await TestServer.RefusalAsync(new() { [key] = value });
        lines.Should().ContainSingle().Which.Should().Contain($"{key} = '{value}'").And.Contain(remedy);
    }

    [Fact]
    public async Task EmptySetting_CountsAsUnset()
    {
        await using var server = await TestServer.StartAsync(new() { ["Chat:RawWebSocket:Path"] = "", ["Chat:RawWebSocket:NoticeSender"] = "", ["Chat:Limits:SendTimeout"] = "" });
        await using var raw = await RawClient.ConnectAsync(server.Address, "?userid=system", path: "/api/home/connect");
        (await raw.ReceiveAsync()).Should().StartWith("system:error forbidden ");
    }

    [Theory]
    [InlineData("Name", "a:b", "Chat:Push:ApiKeys:0:Name = 'a:b': Give a user id")]
    [InlineData("Name", "system", "Chat:Push:ApiKeys:0:Name = 'system': Give another")]
    [InlineData("Sha256", "secret", "Chat:Push:ApiKeys:0:Sha256: Give 64 lower-case hex digits")]
    [InlineData("Scopes:0", "everything", "Chat:Push:ApiKeys:0:Scopes = 'everything': Give one or more of push, topics, rooms, admin, impersonate")]
    [InlineData("Scopes:0", "", "Chat:Push:ApiKeys:0:Scopes")]
    public async Task BadApiKey_IsNamedAndNotShown(string key, string value, string remedy)
    {
        var lines = await TestServer.RefusalAsync(new(Keys.Settings(("k", "shop", ["push"]))) { [$"Chat:Push:ApiKeys:0:{key}"] = value });
        lines.Should().ContainSingle().Which.Should().Contain(remedy).And.NotContain("secret");
    }

    [Fact]
    public async Task BadListenAddress_IsReportedInOneLineWithTheRemedy()
    {
        await using var server = new ServerProcess { Urls = "localhost:5000" };
        (await RefusalAsync(server)).Should().StartWith("urls = 'localhost:5000': write an address with its scheme");
    }

    [Fact]
    public async Task InvariantGlobalization_StopsTheStart()
    {
        await using var server = new ServerProcess(new() { ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1" });
        (await RefusalAsync(server)).Should().StartWith("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: unset it");
    }

    [Fact]
    public async Task PortInUse_IsReportedWithoutAStackTrace()
    {
        await using var first = new ServerProcess();
        await first.StartAsync();
        await using var second = new ServerProcess(new() { ["ASPNETCORE_URLS"] = "" }, ["env", $"Kestrel__Endpoints__Http__Url={first.Address}"]);
        (await second.RunAsync()).Should().Be(1);
        second.Output.Should().Contain("address already in use").And.NotContain("   at ", because: "an operator needs no stack trace to choose another port");
    }

    [Fact]
    public async Task LogInUse_StopsTheSecondServer()
    {
        await using var first = new ServerProcess();
        await first.StartAsync();
        await using var second = new ServerProcess(new() { ["Chat:Storage:Path"] = first.Database });
        (await second.RunAsync()).Should().Be(1);
        second.Output.Should().Contain(first.Database).And.Contain("another Chat server");
    }

    [Fact]
    public async Task UnopenableLog_IsReportedInOneLine()
    {
        await using var server = new ServerProcess(new() { ["Chat:Storage:Path"] = "/" });
        (await server.RunAsync()).Should().Be(1);
        server.Output.Trim().Should().StartWith("The message log / is a folder.").And.NotContain("\n");
    }

    [Fact]
    public async Task FailedStart_ReleasesTheLog()
    {
        await using var first = await TestServer.StartAsync();
        var folder = Directory.CreateTempSubdirectory("chat-").FullName;
        var settings = new Dictionary<string, string> { ["Chat:Storage:Path"] = Path.Combine(folder, "chat.db") };
        await FluentActions.Awaiting(() => TestServer.StartAsync(new(settings) { ["urls"] = $"{first.Address}" })).Should().ThrowAsync<IOException>();
        await using (await TestServer.StartAsync(settings)) { }
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Server_ReportsLivenessAndShutsDownCleanly()
    {
        await using var server = new ServerProcess();
        await server.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Address };
        (await http.GetAsync("/health/live")).StatusCode.Should().Be(HttpStatusCode.OK);
        await using var raw = await RawClient.ConnectAsync(server.Address, "?userid=bob");
        var closed = raw.ReceiveCloseAsync();
        (await server.TerminateAsync()).Should().Be(0);
        (await closed).Should().Be(1001);
    }

    [Theory]
    [InlineData("", HttpStatusCode.Unauthorized, "unauthenticated: ")]
    [InlineData("?userid=a%3Ab", HttpStatusCode.Forbidden, "bad_user_id: ")]
    [InlineData("?userid=system", HttpStatusCode.Forbidden, "forbidden: ")]
    public async Task HubConnectionWithoutAValidUser_IsRefused(string query, HttpStatusCode status, string reason)
    {
        await using var server = await TestServer.StartAsync();
        using var http = server.Http();
        var answer = await http.PostAsync(new Uri($"/chat/negotiate{query}", UriKind.Relative), null);
        answer.StatusCode.Should().Be(status);
        (await answer.Content.ReadAsStringAsync()).Should().StartWith(reason);
    }

    /// <summary>Returns the only line that a server prints that does not start.</summary>
    private static async Task<string> RefusalAsync(ServerProcess server)
    {
        (await server.RunAsync()).Should().Be(1);
        return server.Output.Trim().Split('\n').Should().ContainSingle().Which;
    }
}
