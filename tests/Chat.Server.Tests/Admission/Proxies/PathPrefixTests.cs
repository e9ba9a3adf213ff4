using System.Net;
using System.Text.Json;
using Chat.Server.Admission.Proxies;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Admission.Proxies;

/// <summary>The server under a path prefix, which a proxy removes or forwards in a header.</summary>
[Trait("Duration", "Long")]
public sealed class PathPrefixTests(PathPrefixTests.Plain plain, PathPrefixTests.BehindProxy behindProxy, PathPrefixTests.WithPathBase withPathBase)
    : IClassFixture<PathPrefixTests.Plain>, IClassFixture<PathPrefixTests.BehindProxy>, IClassFixture<PathPrefixTests.WithPathBase>
{
    private const string Header = "X-Forwarded-Prefix";

    private static readonly Dictionary<string, string> KnownProxy = new() { ["Chat:KnownProxies:0"] = "127.0.0.1" };

    [Theory]
    [InlineData("/raw", "raw/")]
    [InlineData("/RAW?a=b", "raw/?a=b")]
    [InlineData("/dashboard/", "../dashboard")]
    [InlineData("/dashboard/?a=b", "../dashboard?a=b")]
    public async Task Redirect_IsRelative(string path, string location)
    {
        using var answer = await GetAsync(plain.Server, path);
        answer.StatusCode.Should().Be(HttpStatusCode.Found);
        answer.Headers.Location!.OriginalString.Should().Be(location);
    }

    [Theory]
    [InlineData("/raw", "/raw/")]
    [InlineData("/dashboard/", "/dashboard")]
    [InlineData("/scalar", "/scalar/")]
    public async Task Redirect_StaysBelowAPrefixThatNginxRemoves(string from, string to)
    {
        await using var server = await TestServer.StartAsync(environment: "Development");
        await using var nginx = await ProxyProcess.NginxAsync(server.Address, "location /chat-app/ { proxy_pass http://chat/; }");
        using var http = new HttpClient { BaseAddress = nginx.Address };
        using var answer = await http.GetAsync("/chat-app" + from);
        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        answer.RequestMessage!.RequestUri!.AbsolutePath.Should().Be("/chat-app" + to);
    }

    [Theory]
    [InlineData("/chat-app/health/live", "/chat-app", 200)] // the proxy keeps the prefix
    [InlineData("/health/live", "/chat-app", 200)] // or removes it and still forwards the header
    [InlineData("/chat-app/health/live", "/chat-app/", 200)]
    [InlineData("/a/b/health/live", "/a/b", 200)]
    [InlineData("/a/b/health/live", "/a, /b", 200)]
    [InlineData("/%E4%BD%A0/health/live", "/%E4%BD%A0", 200)]
    [InlineData("/health/live", "", 200)]
    [InlineData("/chat-app/health/live", "", 404)]
    [InlineData("/chat-apps/health/live", "/chat-app", 404)]
    [InlineData("/chat/chat", "/chat", 401)] // a prefix like the hub's path: kept
    [InlineData("/chat/chat/negotiate", "/chat", 401)]
    [InlineData("/chat?id=1", "/chat", 401)] // and removed
    [InlineData("/chat/negotiate", "/chat", 401)]
    [InlineData("/api/v1/users", "/api", 401)]
    [InlineData("/api/api/v1/users", "/api", 401)]
    [InlineData("/api/home/connect", "/api/home", 426)]
    public async Task PrefixOfAKnownProxy_IsRemovedFromThePath(string path, string prefix, int status)
    {
        using var answer = await GetAsync(behindProxy.Server, path, (Header, prefix));
        ((int)answer.StatusCode).Should().Be(status);
    }

    [Theory]
    [InlineData("/chat-app", "/chat-app", "chat-app/")]
    [InlineData("/chat-app?a=b", "/chat-app", "chat-app/?a=b")]
    [InlineData("/chat", "/chat", "chat/")]
    [InlineData("/a/b", "/a/b", "b/")]
    [InlineData("/%E4%BD%A0", "/%E4%BD%A0", "%E4%BD%A0/")]
    public async Task PrefixWithoutTrailingSlash_RedirectsToThePage(string path, string prefix, string location)
    {
        using var answer = await GetAsync(behindProxy.Server, path, (Header, prefix));
        answer.StatusCode.Should().Be(HttpStatusCode.Found);
        answer.Headers.Location!.OriginalString.Should().Be(location);
    }

    [Fact]
    public async Task PrefixForgedByTheClient_IsIgnored()
    {
        using var answer = await GetAsync(behindProxy.Server, "/a/health/live", (Header, "//evil.example, /a"), ("X-Forwarded-For", "203.0.113.9"));
        answer.StatusCode.Should().Be(HttpStatusCode.OK, because: "one forwarded address means one proxy, which wrote the last prefix");
        using var longer = await GetAsync(behindProxy.Server, "/b/a/health/live", (Header, "/b, /a"), ("X-Forwarded-For", "203.0.113.9"));
        longer.StatusCode.Should().Be(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("//evil.example")]
    [InlineData("https://evil.example")]
    [InlineData("https://evil.example/chat-app")]
    [InlineData("/chat-app//x")]
    [InlineData("/chat-app/../x")]
    [InlineData("/./x")]
    [InlineData("/%2e%2e/x")]
    [InlineData("/a%2Fb")]
    [InlineData("/a%5Cb")]
    [InlineData("/a\\b")]
    [InlineData("/a%00b")]
    [InlineData("/a%0d%0ab")]
    [InlineData("/a%FFb")]
    [InlineData("/a?b")]
    [InlineData("chat-app")]
    public async Task BadPrefix_IsRefusedFromAKnownProxyAndIgnoredFromOthers(string prefix)
    {
        using var refused = await GetAsync(behindProxy.Server, "/health/live", (Header, prefix));
        refused.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await refused.Content.ReadAsStringAsync()).Should().StartWith("bad_request: X-Forwarded-Prefix must be a path");
        using var ignored = await GetAsync(plain.Server, "/health/live", (Header, prefix));
        ignored.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task BadPrefix_IsLoggedWithTheProxy()
    {
        await using var server = await TestServer.StartAsync(KnownProxy);
        using var refused = await GetAsync(server, "/health/live", (Header, "//evil.example"));
        (await server.LoggedAsync("X-Forwarded-Prefix")).Should().StartWith("Warning").And.Contain("127.0.0.1");
    }

    [Fact]
    public async Task PrefixOfAnUnknownProxy_IsIgnored()
    {
        await using var server = await TestServer.StartAsync(new() { ["Chat:KnownProxies:0"] = "10.0.0.1" });
        using var answer = await GetAsync(server, "/chat-app/health/live", (Header, "/chat-app"));
        answer.StatusCode.Should().Be(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("/chat-app/health/live", null, 200)]
    [InlineData("/health/live", null, 200)]
    [InlineData("/chat-apps/health/live", null, 404)]
    [InlineData("/CHAT-APP/raw/raw.js", null, 200)]
    [InlineData("/health/live", "/chat-app", 200)] // the proxy removes the prefix and forwards the header
    [InlineData("/chat-app/health/live", "/chat-app", 200)]
    [InlineData("/outer/chat-app/health/live", "/outer", 200)] // two proxies in a chain
    public async Task PathBase_IsRemovedFromThePath(string path, string? prefix, int status)
    {
        using var answer = await GetAsync(withPathBase.Server, path, prefix is null ? [] : [(Header, prefix)]);
        ((int)answer.StatusCode).Should().Be(status);
    }

    [Fact]
    public async Task PathBase_AppliesToRawConnectionsAndPages()
    {
        await using var server = await TestServer.StartAsync(new() { ["Chat:PathBase"] = "/chat-app" });
        await using var alice = await RawClient.ConnectAsync(server.Address, path: "/chat-app/api/home/connect", log: () => server.LogText);
        await alice.SendAsync("alice:alice:hi");
        (await alice.ReceiveAsync()).Should().Be("alice:hi");
        using var raw = await GetAsync(server, "/chat-app/raw/");
        string.Join(' ', raw.Headers.GetValues("Content-Security-Policy")).Should().Contain("ws: wss:");
    }

    [Fact]
    public async Task OpenApiDocument_NamesTheServerRelativeToItself()
    {
        await using var server = await TestServer.StartAsync(environment: "Development");
        using var http = server.Http();
        var document = JsonDocument.Parse(await http.GetStringAsync("/openapi/v1.json"));
        document.RootElement.GetProperty("servers").EnumerateArray().Should().ContainSingle().Which.GetProperty("url").GetString().Should().Be("..");
    }

    [Theory]
    [InlineData(null, "")]
    [InlineData("/", "")]
    [InlineData("/a.b_c~d-e/f", "/a.b_c~d-e/f")]
    [InlineData("//", null)]
    public void Prefix_IsAPath(string? text, string? path) => (PathPrefix.Parse(text) is { } prefix ? prefix.Value ?? "" : null).Should().Be(path);

    [Fact]
    public void Prefix_HasAtMost256Characters()
    {
        PathPrefix.Parse("/" + new string('x', 255)).Should().NotBeNull();
        PathPrefix.Parse("/" + new string('x', 256)).Should().BeNull();
    }

    private static async Task<HttpResponseMessage> GetAsync(TestServer server, string path, params (string Name, string Value)[] headers)
    {
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = server.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value).Should().BeTrue();
        return await http.SendAsync(request);
    }

    public sealed class Plain() : SharedServer;

    public sealed class BehindProxy() : SharedServer(KnownProxy);

    public sealed class WithPathBase() : SharedServer(new(KnownProxy) { ["Chat:PathBase"] = "/chat-app/" });
}
