using System.Net;
using Chat.Server.Tests.Identity;
using Chat.Server.Tests.Push;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Admission.Proxies;

/// <summary>The server's own page may connect behind a proxy that forwards the address in the browser.</summary>
[Trait("Duration", "Long")]
public sealed class ForwardedOriginTests(ForwardedOriginTests.BehindKnown behindKnown, ForwardedOriginTests.BehindOther behindOther)
    : IClassFixture<ForwardedOriginTests.BehindKnown>, IClassFixture<ForwardedOriginTests.BehindOther>
{
    private const string Known = "127.0.0.1";

    /// <summary>nginx listens on a port other than the default.</summary>
    [Theory]
    [InlineData("", Known, false)] // the upstream's name
    [InlineData("proxy_set_header Host $host;", Known, false)] // no port
    [InlineData("proxy_set_header Host $host; proxy_set_header X-Forwarded-Port $server_port;", Known, true)]
    [InlineData("proxy_set_header Host $host; proxy_set_header X-Forwarded-Port $server_port;", "10.0.0.1", false)]
    [InlineData("proxy_set_header Host $http_host;", "10.0.0.1", true)]
    [InlineData("proxy_set_header X-Forwarded-Host $http_host;", Known, true)]
    [InlineData("proxy_set_header X-Forwarded-Host $http_host;", "10.0.0.1", false)]
    [InlineData("proxy_set_header X-Forwarded-Host $host; proxy_set_header X-Forwarded-Port $server_port;", Known, true)]
    [InlineData("proxy_set_header X-Forwarded-Host $http_host; proxy_set_header X-Forwarded-Port 8080;", Known, true)]
    [InlineData("proxy_set_header X-Forwarded-Host $http_host; proxy_set_header X-Forwarded-Proto https;", Known, false)]
    public async Task PageBehindNginx_ConnectsIfNginxForwardsItsAddress(string lines, string known, bool allowed)
    {
        await using var server = await TestServer.StartAsync(new() { ["Chat:KnownProxies:0"] = known });
        await using var nginx = await ProxyProcess.NginxAsync(server.Address, $"location / {{ proxy_pass http://chat; {lines} }}");
        var origin = nginx.Address.GetLeftPart(UriPartial.Authority);
        using var http = new HttpClient { BaseAddress = nginx.Address };
        http.DefaultRequestHeaders.Add("Origin", origin);
        (await http.PostAsync("/chat/negotiate?negotiateVersion=1&userid=a", null)).StatusCode.Should().Be(allowed ? HttpStatusCode.OK : HttpStatusCode.Forbidden);
        if (!allowed)
            (await server.LoggedAsync("was refused")).Should().Contain(origin);
    }

    [Theory]
    // origin, Host, X-Forwarded-Host, -Port, -Proto, -For
    [InlineData("https://chat.example", "chat", "chat.example", null, "https", null, true)]
    [InlineData("https://chat.example", "chat", "chat.example:443", null, "https", null, true)]
    [InlineData("https://chat.example:8443", "chat", "chat.example:8443", "443", "https", null, true)]
    [InlineData("https://chat.example:8443", "chat", "chat.example", "8443", "https", null, true)]
    [InlineData("https://chat.example", "chat.example", null, "8443", "https", null, true)] // the port of a container, not of the browser
    [InlineData("https://chat.example:8443", "chat.example", null, "8443", "wss", null, true)] // as Traefik sends it
    [InlineData("http://chat.example", "chat.example", null, null, "ws", null, true)]
    [InlineData("http://chat.example", "chat.example", null, null, "https", null, false)]
    [InlineData("http://[2001:db8::1]:8080", "chat", "[2001:db8::1]:8080", null, null, null, true)]
    [InlineData("http://[2001:db8::1]:8080", "[2001:db8::1]", null, "8080", null, null, true)]
    [InlineData("http://chat.example:8080", "chat.example", null, "8080x", null, null, false)]
    [InlineData("http://chat.example:8080", "chat.example", null, "0", null, null, false)]
    // Two known proxies: the outer one received the browser's request.
    [InlineData("https://chat.example", "chat", "chat.example, inner.example", null, "https, http", "203.0.113.9, 127.0.0.1", true)]
    [InlineData("https://inner.example", "chat", "chat.example, inner.example", null, "https, http", "203.0.113.9, 127.0.0.1", false)]
    [InlineData("https://chat.example:8443", "chat.example", null, "8443, 80", "https, http", "203.0.113.9, 127.0.0.1", true)]
    // One proxy, which appends its value to those that the client forged.
    [InlineData("http://evil.example", "chat", "evil.example, chat.example", null, null, "203.0.113.9", false)]
    [InlineData("http://chat.example", "chat", "evil.example, chat.example", null, null, "203.0.113.9", true)]
    [InlineData("http://chat.example:666", "chat.example", null, "666, 8080", null, "203.0.113.9", false)]
    public async Task ForwardedHostAndPort_AreTheServersOrigin(string origin, string host, string? forwardedHost, string? port, string? scheme, string? address, bool allowed)
    {
        (await NegotiateAsync(behindKnown.Server, origin, host, forwardedHost, port, scheme, address)).Status.Should().Be(allowed ? HttpStatusCode.OK : HttpStatusCode.Forbidden);
        (await NegotiateAsync(behindOther.Server, "http://evil.example", host, "evil.example", port, scheme, address)).Status.Should().Be(HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData("https://chat.example", "chat.example", true)]
    [InlineData("https://evil.example", "evil.example", false)]
    public async Task ForwardedHost_MustBeAnAllowedHost(string origin, string forwardedHost, bool allowed)
    {
        await using var server = await TestServer.StartAsync(new() { ["Chat:KnownProxies:0"] = Known, ["AllowedHosts"] = "chat.example;internal" });
        (await NegotiateAsync(server, origin, "internal", forwardedHost, null, "https", null)).Status.Should().Be(allowed ? HttpStatusCode.OK : HttpStatusCode.Forbidden);
        (await NegotiateAsync(server, origin, "evil.example", "chat.example", null, "https", null)).Status.Should().Be(HttpStatusCode.BadRequest, because: "the header Host is checked, too");
    }

    [Fact]
    public async Task RefusedOrigin_IsLoggedOnceWithBothRemedies()
    {
        await using var server = await TestServer.StartAsync(new() { ["Chat:KnownProxies:0"] = "10.0.0.1" });
        for (var i = 0; i < 3; i++)
            await NegotiateAsync(server, "https://chat.example", "10.0.0.7:5000", null, null, null, "203.0.113.9");
        var line = await server.LoggedAsync("was refused");
        line.Should().StartWith("Warning").And.Contain("https://chat.example").And.Contain("http://10.0.0.7:5000").And.Contain(Known).And.NotContain("203.0.113.9")
            .And.Contain("Chat:KnownProxies").And.Contain("proxy_set_header X-Forwarded-Host $http_host;").And.Contain("Chat:Origins");
        Lines(server).Should().Be(1);

        await NegotiateAsync(server, "https://chat.example", "10.0.0.8:5000", null, null, null, null);
        Lines(server).Should().Be(2);
        await NegotiateAsync(server, "no origin at all", "10.0.0.8:5000", null, null, null, null);
        for (var i = 0; i < 50; i++)
            await NegotiateAsync(server, $"https://site{i}.example", "10.0.0.8:5000", null, null, null, null);
        Lines(server).Should().BeLessThanOrEqualTo(20, because: "ten lines a minute are allowed, and a minute may pass during the test");
    }

    [Fact]
    public async Task RefusedOriginBehindAKnownProxy_IsLoggedWithTheHeaderRemedy()
    {
        await using var server = await TestServer.StartAsync(new() { ["Chat:KnownProxies:0"] = Known });
        await NegotiateAsync(server, "https://chat.example", "10.0.0.7:5000", null, null, null, "203.0.113.9");
        (await server.LoggedAsync("was refused")).Should().Contain("let the proxy tell the address").And.Contain("Chat:Origins").And.NotContain("Chat:KnownProxies");
    }

    [Fact]
    public async Task Refusals_DistinguishOriginNameAndBan()
    {
        await using var server = await TestServer.StartAsync(Keys.Settings(("k", "boss", ["admin"])));
        using var boss = Keys.Client(server.Address, "k");
        (await boss.PutAsync("/api/v1/bans/mallory", null)).EnsureSuccessStatusCode();
        (await NegotiateAsync(server, "https://evil.example", null, null, null, null, null)).Text.Should().Be("forbidden: This site may not connect: its origin is not in Chat:Origins.");
        (await NegotiateAsync(server, null, null, null, null, null, null, "system")).Text.Should().Be("forbidden: system is reserved for the server.");
        (await NegotiateAsync(server, null, null, null, null, null, null, "a:b")).Text.Should().StartWith("bad_user_id: ");
        (await NegotiateAsync(server, null, null, null, null, null, null, "mallory")).Text.Should().Be("forbidden: This user is banned.");
    }

    [Fact]
    public async Task CookieWithoutOrigin_IsRefusedWithTheRemedy()
    {
        await using var server = await TestServer.StartAsync(Tokens.Settings);
        using var http = server.Http();
        http.DefaultRequestHeaders.Add("Cookie", $"session={Tokens.Of("alice")}");
        (await (await http.PostAsync("/chat/negotiate?negotiateVersion=1", null)).Content.ReadAsStringAsync()).Should().StartWith("forbidden: A request without an Origin must present its token");
    }

    private static int Lines(TestServer server) => server.LogText.Split('\n').Count(line => line.Contains("was refused", StringComparison.Ordinal));

    private static async Task<(HttpStatusCode Status, string Text)> NegotiateAsync(
        TestServer server, string? origin, string? host, string? forwardedHost, string? port, string? scheme, string? address, string user = "a")
    {
        using var http = server.Http();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/chat/negotiate?negotiateVersion=1&userid={Uri.EscapeDataString(user)}");
        request.Headers.Host = host;
        foreach (var (name, value) in new[] { ("Origin", origin), ("X-Forwarded-Host", forwardedHost), ("X-Forwarded-Port", port), ("X-Forwarded-Proto", scheme), ("X-Forwarded-For", address) })
            if (value is not null)
                request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await http.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    public sealed class BehindKnown() : SharedServer(new() { ["Chat:KnownProxies:0"] = Known });

    public sealed class BehindOther() : SharedServer(new() { ["Chat:KnownProxies:0"] = "10.0.0.1" });
}
