using System.Text.RegularExpressions;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Admission.Proxies;

/// <summary>Load balancers check health by HEAD.</summary>
public sealed class HealthCheckTests : ServerTest
{
    [Fact]
    public async Task HeadHealthCheck_KeepsTheServerUpInHaProxy()
    {
        await using var haProxy = await ProxyProcess.HaProxyAsync(Server.Address, "    option httpchk HEAD /health/ready\n    timeout check 20s", "check inter 100ms fall 2");
        // After two failed checks HAProxy would stop sending requests to the server.
        await Wait.UntilAsync(() => Task.FromResult(Regex.Count(Server.LogText, "HEAD /health/ready answered ") > 3), "Four health checks");
        using var http = new HttpClient { BaseAddress = haProxy.Address };
        (await http.GetStringAsync(new Uri("/health/live", UriKind.Relative))).Should().Be("live\n");
        Server.LogText.Should().NotMatchRegex("HEAD /health/ready answered (?!200)");
        haProxy.Output.Should().NotContain("DOWN");
    }
}
