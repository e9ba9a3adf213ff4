using System.Net;
using System.Net.WebSockets;
using Chat.Server.Tests.Identity;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Origins;

/// <summary>Pages of other sites may connect only if their origin is allowed.</summary>
[Trait("Duration", "Long")]
public sealed class OriginTests : IAsyncLifetime
{
    private const string Good = "https://good.example";

    private TestServer server = null!;

    public async Task InitializeAsync() => server = await TestServer.StartAsync(new()
    {
        ["Chat:Origins:0"] = Good,
        ["Chat:Origins:1"] = "HTTP://Other.Example:8080/",
        ["Chat:Origins:2"] = "https://Bücher.example:8443",
        ["Chat:Origins:3"] = "Capacitor://LocalHost/",
        ["Chat:Origins:4"] = "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
        ["Chat:Origins:5"] = "app://.",
        ["Chat:Origins:6"] = "tauri://bücher.example:80",
    });

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Theory]
    [InlineData(Good, true)]
    [InlineData("http://other.example:8080", true)]
    [InlineData("https://xn--bcher-kva.example:8443", true)] // as browsers write it
    [InlineData("https://xn--bcher-kva.example", false)]
    [InlineData("capacitor://localhost", true)]
    [InlineData("capacitor://localhost:80", false)]
    [InlineData("ionic://localhost", false)]
    [InlineData("http://localhost", false)]
    [InlineData("chrome-extension://abcdefghijklmnopabcdefghijklmnop", true)]
    [InlineData("chrome-extension://bbcdefghijklmnopabcdefghijklmnop", false)]
    [InlineData("app://.", true)]
    [InlineData("tauri://xn--bcher-kva.example:80", true)]
    [InlineData("tauri://xn--bcher-kva.example", false)]
    [InlineData("null", false)]
    [InlineData("https://good.example.evil.com", false)]
    [InlineData("https://evil-good.example", false)]
    [InlineData("http://good.example", false)]
    [InlineData("https://good.example:8443", false)]
    [InlineData("HTTPS://GOOD.EXAMPLE", false)]
    [InlineData("https://good.example/", false)]
    [InlineData("https://user@good.example", false)]
    [InlineData("http://localhost:5173", false)]
    [InlineData("file://", false)]
    [InlineData("", false)]
    public async Task Origin_ConnectsOnlyIfAllowed(string origin, bool allowed)
    {
        (await NegotiateAsync(server, origin)).Should().Be(allowed ? HttpStatusCode.OK : HttpStatusCode.Forbidden);
        (await UpgradeAsync(server, "/chat?userid=a", origin)).Should().Be(allowed ? 101 : 403);
        (await UpgradeAsync(server, "/api/home/connect?userid=a", origin)).Should().Be(allowed ? 101 : 403);
        (await UpgradeAsync(server, "/API/Home/Connect", origin)).Should().Be(allowed ? 101 : 403);
    }

    [Theory]
    [InlineData(null, null, HttpStatusCode.OK)]
    [InlineData("own.example", "http://own.example", HttpStatusCode.OK)]
    [InlineData("own.example:80", "http://own.example", HttpStatusCode.OK)]
    [InlineData("OWN.example", "http://own.example", HttpStatusCode.OK)]
    [InlineData("[::1]:5000", "http://[::1]:5000", HttpStatusCode.OK)]
    [InlineData("own.example", "https://own.example", HttpStatusCode.Forbidden)]
    [InlineData("own.example:8080", "http://own.example", HttpStatusCode.Forbidden)]
    public async Task OwnPage_ConnectsUnderEverySpellingOfItsHost(string? host, string? origin, HttpStatusCode status) =>
        (await NegotiateAsync(server, origin ?? server.Address.GetLeftPart(UriPartial.Authority), host)).Should().Be(status);

    [Theory]
    [InlineData(Good, "https://evil.example")]
    [InlineData("https://evil.example", Good)]
    [InlineData(Good, Good)]
    public async Task TwoOriginHeaders_AreRefused(string first, string second)
    {
        foreach (var path in (string[])["/chat?userid=a", "/api/home/connect?userid=a"])
        {
            (await RawTcpClient.StatusAsync(server.Address, path, $"Origin: {first}", $"Origin: {second}")).Should().Be(403);
            (await RawTcpClient.StatusAsync(server.Address, path, $"Origin: {Good}")).Should().Be(101);
        }
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    [InlineData("DELETE")]
    public async Task ForeignPage_ReachesNoConnection(string method)
    {
        using var http = server.Http();
        var negotiated = await (await http.PostAsync("/chat/negotiate?negotiateVersion=1&userid=a", null)).Content.ReadAsStringAsync();
        var token = negotiated.Split("connectionToken\":\"")[1].Split('"')[0];
        using var request = new HttpRequestMessage(new HttpMethod(method), $"/chat?userid=a&id={token}");
        request.Headers.Add("Origin", "https://evil.example");
        (await http.SendAsync(request)).StatusCode.Should().Be(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Preflight_AllowsTheAllowedOriginOnly()
    {
        using var http = server.Http();
        async Task<HttpResponseMessage> PreflightAsync(string origin)
        {
            using var request = new HttpRequestMessage(HttpMethod.Options, "/chat/negotiate?negotiateVersion=1");
            request.Headers.Add("Origin", origin);
            request.Headers.Add("Access-Control-Request-Method", "POST");
            request.Headers.Add("Access-Control-Request-Headers", "x-requested-with,x-signalr-user-agent");
            return await http.SendAsync(request);
        }
        using var good = await PreflightAsync(Good);
        good.StatusCode.Should().Be(HttpStatusCode.NoContent);
        good.Headers.GetValues("Access-Control-Allow-Origin").Should().Equal(Good);
        good.Headers.GetValues("Access-Control-Allow-Credentials").Should().Equal("true");
        using var evil = await PreflightAsync("https://evil.example");
        evil.StatusCode.Should().Be(HttpStatusCode.Forbidden);
        evil.Headers.Contains("Access-Control-Allow-Origin").Should().BeFalse();
    }

    [Theory]
    [InlineData("http://localhost:5173", true)]
    [InlineData("http://127.0.0.1:8000", true)]
    [InlineData("null", true)]
    [InlineData("http://localhost.evil.example", false)]
    [InlineData("https://evil.example", false)]
    public async Task LoopbackPage_ConnectsInDevelopment(string origin, bool allowed)
    {
        await using var development = await TestServer.StartAsync(environment: "Development");
        (await NegotiateAsync(development, origin)).Should().Be(allowed ? HttpStatusCode.OK : HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData("http://a.example:80", "http://a.example")]
    [InlineData("https://a.example:443/", "https://a.example")]
    [InlineData("ws://a.example:80", "ws://a.example")]
    [InlineData("wss://a.example:443", "wss://a.example")]
    [InlineData("http://a.example:443", "http://a.example:443")]
    [InlineData("http://[::0001]:8080", "http://[::1]:8080")]
    [InlineData("ionic://localhost:80", "ionic://localhost:80")]
    [InlineData("App-1://A_b.Example:0080/", "app-1://a_b.example:80")]
    [InlineData("null", "null")]
    [InlineData("", null)]
    [InlineData("localhost", null)]
    [InlineData("//localhost", null)]
    [InlineData("file:///", null)]
    [InlineData("mailto:a@b.example", null)]
    [InlineData("app://user@host", null)]
    [InlineData("app://host/path", null)]
    [InlineData("app://host?query", null)]
    [InlineData("app://host#fragment", null)]
    [InlineData("app://two hosts", null)]
    [InlineData("app://host:", null)]
    [InlineData("app://host:0", null)]
    [InlineData("app://host:65536", null)]
    [InlineData("app://ü-.example", null)]
    [InlineData("1app://host", null)]
    public void Origin_IsNormalizedAsInBrowsers(string text, string? origin)
    {
        Server.Origins.Origin.Normalize(text).Should().Be(origin);
        if (origin is not null)
            Server.Origins.Origin.Normalize(origin).Should().Be(origin);
    }

    [Fact]
    public async Task RequestWithoutOrigin_NeedsATokenOutsideTheCookie()
    {
        await using var strict = await TestServer.StartAsync(Tokens.Settings);
        var token = Tokens.Of("alice");
        (await UpgradeAsync(strict, "/api/home/connect", null, ("Cookie", $"session={token}"))).Should().Be(403, because: "a browser sends the cookie with any request");
        (await UpgradeAsync(strict, "/chat", null, ("Cookie", $"session={token}"))).Should().Be(403);
        (await UpgradeAsync(strict, $"/api/home/connect?access_token={token}", null)).Should().Be(101);
        (await UpgradeAsync(strict, "/chat", null, ("Authorization", $"Bearer {token}"))).Should().Be(101);
        (await UpgradeAsync(strict, "/chat", "https://evil.example", ("Cookie", $"session={token}"))).Should().Be(403);
        (await UpgradeAsync(strict, "/chat", strict.Address.GetLeftPart(UriPartial.Authority), ("Cookie", $"session={token}"))).Should().Be(101);
    }

    [Fact]
    public async Task RefusedPage_StoresNothing()
    {
        await using var alice = await server.HubAsync("alice");
        (await UpgradeAsync(server, "/api/home/connect?userid=mallory", "https://evil.example")).Should().Be(403);
        await alice.SendAsync("alice", "hi");
        (await alice.ReceiveAsync()).Offset.Should().Be(1);
    }

    private static async Task<HttpStatusCode> NegotiateAsync(TestServer server, string origin, string? host = null)
    {
        using var http = server.Http();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/chat/negotiate?negotiateVersion=1&userid=a");
        request.Headers.Host = host;
        request.Headers.TryAddWithoutValidation("Origin", origin);
        return (await http.SendAsync(request)).StatusCode;
    }

    private static async Task<int> UpgradeAsync(TestServer server, string path, string? origin, params (string Name, string Value)[] headers)
    {
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        if (origin is not null)
            socket.Options.SetRequestHeader("Origin", origin);
        foreach (var (name, value) in headers)
            socket.Options.SetRequestHeader(name, value);
        try
        {
            await socket.ConnectAsync(new Uri(server.Address.AbsoluteUri.Replace("http", "ws", StringComparison.Ordinal).TrimEnd('/') + path), CancellationToken.None);
        }
        catch (WebSocketException)
        {
            // The status shows the reason.
        }
        return (int)socket.HttpStatusCode;
    }
}
