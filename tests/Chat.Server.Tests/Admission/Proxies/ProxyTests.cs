using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Admission.Proxies;

/// <summary>Real proxies forward requests to the server.</summary>
public sealed class ProxyTests : ServerTest
{
    [Fact]
    public async Task Nginx_PassesRequestsOn()
    {
        await using var nginx = await ProxyProcess.NginxAsync(Server.Address, "location / { proxy_pass http://chat; }");
        using var http = new HttpClient { BaseAddress = nginx.Address };

        (await http.GetStringAsync(new Uri("/health/live", UriKind.Relative))).Should().Be("live\n");
    }

    [Fact]
    public async Task HaProxy_PassesRequestsOn()
    {
        await using var haProxy = await ProxyProcess.HaProxyAsync(Server.Address, "", "");
        using var http = new HttpClient { BaseAddress = haProxy.Address };

        (await http.GetStringAsync(new Uri("/health/live", UriKind.Relative))).Should().Be("live\n");
    }
}
