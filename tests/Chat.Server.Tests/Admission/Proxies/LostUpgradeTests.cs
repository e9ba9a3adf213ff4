using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Admission.Proxies;

/// <summary>WebSocket handshakes whose Upgrade header a proxy drops.</summary>
public sealed class LostUpgradeTests() : ServerTest(new() { ["Chat:KnownProxies:0"] = "127.0.0.1" })
{
    private const string Remedy =
        "proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection \"upgrade\";";

    [Theory]
    [InlineData("/api/home/connect", "")]
    [InlineData("/chat?userid=alice", "")]
    [InlineData("/api/home/connect", "proxy_set_header Upgrade $http_upgrade;")]
    public async Task LostUpgrade_IsLoggedOncePerProxyWithTheRemedy(string address, string lines)
    {
        await using var nginx = await ProxyProcess.NginxAsync(Server.Address, $"location / {{ proxy_pass http://chat; proxy_set_header X-Forwarded-For 203.0.113.9; {lines} }}");
        for (var i = 0; i < 3; i++)
            (await RawTcpClient.StatusAsync(nginx.Address, address)).Should().Be(426);

        (await Server.LoggedAsync("dropped the Upgrade header")).Should().Contain(Remedy).And.Contain("127.0.0.1").And.NotContain("203.0.113.9").And.StartWith("Warning");
        Lines("dropped the Upgrade header").Should().Be(1);
    }

    [Fact]
    public async Task LostUpgrade_OpensNoHubConnection()
    {
        await using var nginx = await ProxyProcess.NginxAsync(Server.Address, "location / { proxy_pass http://chat; }");
        await RawTcpClient.StatusAsync(nginx.Address, "/chat?userid=alice");
        await Server.LoggedAsync("dropped the Upgrade header");
        using var http = Server.Http();
        (await http.GetStringAsync("/metrics")).Should().NotContain("chat_connections{kind=\"hub\"} 1");
    }

    [Fact]
    public async Task PlainGetOfTheRawEndpoint_IsNotLogged()
    {
        using var http = Server.Http();
        ((int)(await http.GetAsync("/api/home/connect")).StatusCode).Should().Be(426);
        Lines("dropped the Upgrade header").Should().Be(0);
    }

    private int Lines(string text) => Server.LogText.Split('\n').Count(line => line.Contains(text, StringComparison.Ordinal));
}
