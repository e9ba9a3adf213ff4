using Chat.Server.Tests.Push;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Admission.Proxies;

/// <summary>The query forms name the intended user, even if a proxy rewrites paths.</summary>
public sealed class QueryFormProxyTests() : ServerTest(Keys.Settings(("k", "office", ["push", "rooms", "admin"])))
{
    // If proxy_pass has a path, nginx decodes the request's path, removes its dot segments and encodes it again.
    [Theory]
    [InlineData("location / { proxy_pass http://chat/; }")]
    [InlineData("location / { proxy_pass http://chat; }")]
    public async Task QueryForms_AcceptEveryNameBehindNginx(string block)
    {
        await using var nginx = await ProxyProcess.NginxAsync(Server.Address, block);
        using var http = Keys.Client(nginx.Address, "k");
        foreach (var user in QueryFormTests.Awkward)
            await QueryFormTests.RoundTripAsync(http, user);
    }

    [Fact]
    public async Task DocumentedCurlLine_WorksBehindNginx()
    {
        await using var nginx = await ProxyProcess.NginxAsync(Server.Address, "location / { proxy_pass http://chat; }");
        await QueryFormTests.RunDocumentedLineAsync(nginx.Address);
    }

    [Fact]
    public async Task BanOfANameLikeAPath_BansThatUserOnly()
    {
        await using var nginx = await ProxyProcess.NginxAsync(Server.Address, "location / { proxy_pass http://chat/; }");
        using var http = Keys.Client(nginx.Address, "k");
        const string user = "../bans/alice";
        (await http.PutAsync(new Uri($"/api/v1/bans?user={Uri.EscapeDataString(user)}", UriKind.Relative), null)).EnsureSuccessStatusCode();
        ((bool)(await QueryFormTests.GetAsync(http, $"user?user={Uri.EscapeDataString(user)}"))["banned"]!).Should().BeTrue();
        ((bool)(await QueryFormTests.GetAsync(http, "user?user=alice"))["banned"]!).Should().BeFalse();
    }
}
