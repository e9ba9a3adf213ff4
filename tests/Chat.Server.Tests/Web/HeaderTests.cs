using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Web;

public sealed class HeaderTests() : ServerTest()
{
    [Theory]
    [InlineData("/")]
    [InlineData("/dashboard")]
    [InlineData("/raw/")]
    [InlineData("/raw/raw.js")]
    [InlineData("/no/such/page")]
    [InlineData("/chat")]
    [InlineData("/api/v1/users")]
    public async Task Page_RunsOwnScriptsOnlyAndCannotBeFramed(string path)
    {
        using var http = Server.Http();
        using var answer = await http.GetAsync(path);
        string Header(string name) => string.Join(", ", answer.Headers.GetValues(name));
        var policy = Header("Content-Security-Policy").Split(';', StringSplitOptions.TrimEntries);
        policy.Should().Contain(["default-src 'none'", "script-src 'self'", "style-src 'self'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'none'", "require-trusted-types-for 'script'"]);
        policy.Should().NotContain(part => part.Contains("unsafe", StringComparison.Ordinal) || part.Contains('*'));
        Header("X-Content-Type-Options").Should().Be("nosniff");
        Header("X-Frame-Options").Should().Be("DENY");
        Header("Referrer-Policy").Should().Be("no-referrer");
    }

    [Theory]
    [InlineData("GET", "/assets/nope-abc123.js", 404)]
    [InlineData("GET", "/no/such/page", 404)]
    [InlineData("GET", "/api/v1/users", 401)]
    [InlineData("GET", "/api/v1/nothing", 404)]
    [InlineData("POST", "/chat/negotiate", 401)]
    [InlineData("POST", "/chat/negotiate?userid=system", 403)]
    [InlineData("GET", "/api/home/connect", 426)]
    [InlineData("DELETE", "/health/live", 405)]
    [InlineData("GET", "/raw", 302)]
    [InlineData("GET", "/dashboard/", 302)]
    public async Task RefusalOrRedirect_IsNotStored(string method, string path, int status)
    {
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = Server.Address };
        using var answer = await http.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
        ((int)answer.StatusCode).Should().Be(status);
        answer.Headers.CacheControl!.ToString().Should().Be("no-store");
    }

    [Theory]
    [InlineData(429, "Chat:Limits:ConnectionsPerUser", "1")]
    [InlineData(403, "Chat:Origins:0", "https://other.example")]
    public async Task RefusalOfAConnection_IsNotStored(int status, string key, string value)
    {
        await using var server = await TestServer.StartAsync(new() { [key] = value });
        await server.HubAsync("alice");
        using var http = server.Http();
        if (status == 403)
            http.DefaultRequestHeaders.Add("Origin", "https://evil.example");
        using var answer = await http.PostAsync("/chat/negotiate?negotiateVersion=1&userid=alice", null);
        ((int)answer.StatusCode).Should().Be(status);
        answer.Headers.CacheControl!.ToString().Should().Be("no-store");
    }

    [Fact]
    public async Task Asset_IsCachedForAYearAndAMissingOneIsNot()
    {
        await using var server = new ServerProcess();
        var assets = Directory.CreateDirectory(Path.Combine(server.Folder, "wwwroot", "assets")).FullName;
        await File.WriteAllTextAsync(Path.Combine(server.Folder, "appsettings.json"), "{}"); // a folder with settings is the content root
        await File.WriteAllTextAsync(Path.Combine(assets, "index-abc123.js"), "1");
        await server.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Address };

        using var asset = await http.GetAsync("/assets/index-abc123.js");
        asset.Headers.CacheControl!.ToString().Should().Be("public, max-age=31536000, immutable");
        http.DefaultRequestHeaders.IfNoneMatch.Add(asset.Headers.ETag!);
        using var same = await http.GetAsync("/assets/index-abc123.js");
        ((int)same.StatusCode).Should().Be(304);
        same.Headers.CacheControl!.ToString().Should().Be("public, max-age=31536000, immutable");
        using var absent = await http.GetAsync("/assets/nope-abc123.js");
        absent.Headers.CacheControl!.ToString().Should().Be("no-store");
    }

    [Fact]
    public async Task ChangeablePage_IsRevalidated()
    {
        using var http = Server.Http();
        using var answer = await http.GetAsync("/raw/index.html");
        answer.Headers.CacheControl!.ToString().Should().Be("no-cache");
    }
}
