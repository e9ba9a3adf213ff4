using System.Net;
using System.Net.Http.Headers;
using Chat.Protocol;
using Chat.Server.Tests.Push;
using Chat.Server.Tests.Running;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Chat.Server.Tests.Embedding;

/// <summary>The users of the chat are those that the application signs in.</summary>
[Trait("Duration", "Long")]
public sealed class ApplicationIdentityTests
{
    [Fact]
    public async Task SignedInUser_IsTheUserOfHubAndRawConnections()
    {
        await using var server = await EmbeddedServer.StartAsync();
        await using var alice = await server.HubAsync("alice");
        await using var bob = await server.RawAsync("bob");
        await bob.SendAsync("bob:alice:hi");
        (await alice.ReceiveAsync()).From.Should().Be("bob");
        await alice.SendAsync("bob", "hello");
        (await bob.ReceiveAsync()).Should().Be("alice:hello");
    }

    [Theory]
    [InlineData(HttpTransportType.WebSockets)]
    [InlineData(HttpTransportType.ServerSentEvents)]
    [InlineData(HttpTransportType.LongPolling)]
    public async Task CookieOfTheServersPage_ServesEveryTransport(HttpTransportType transport)
    {
        await using var server = await EmbeddedServer.StartAsync();
        var origin = server.Address.GetLeftPart(UriPartial.Authority);
        await using var page = new HubConnectionBuilder().WithUrl(new Uri(server.Address, "/chat"), transport, options =>
        {
            options.Headers["Cookie"] = "session=alice~";
            options.HttpMessageHandlerFactory = inner => new BrowserHandler(origin) { InnerHandler = inner };
            options.WebSocketConfiguration = socket => socket.SetRequestHeader("Origin", origin);
        }).Build();
        await page.StartAsync();
        (await page.InvokeAsync<ResumeAnswer>("Resume", new ResumeRequest(null))).User.Should().Be("alice");
        await page.StopAsync(); // a DELETE for long polling
    }

    [Fact]
    public async Task RawFrameOfAnotherUser_IsRefused()
    {
        await using var server = await EmbeddedServer.StartAsync();
        await using var bob = await server.RawAsync("bob");
        await bob.SendAsync("alice:carol:hi");
        (await bob.ReceiveAsync()).Should().StartWith("system:error identity_mismatch");
    }

    [Fact]
    public async Task RawConnectionWithoutASignedInUser_IsClosed()
    {
        await using var server = await EmbeddedServer.StartAsync();
        await using var nobody = await server.RawAsync(null, server.Address.GetLeftPart(UriPartial.Authority));
        (await nobody.ReceiveCloseAsync()).Should().Be(4401);
    }

    [Theory]
    [InlineData("#room", "bad_user_id")]
    [InlineData("a:b", "bad_user_id")]
    [InlineData("", "bad_user_id")]
    [InlineData("system", "forbidden")]
    public async Task ClaimThatIsNoUserId_Is403AndNamed(string claim, string code)
    {
        await using var server = await EmbeddedServer.StartAsync();
        using var http = server.Http();
        using var request = Negotiate(claim);
        using var answer = await http.SendAsync(request);
        answer.StatusCode.Should().Be(HttpStatusCode.Forbidden);
        var text = await answer.Content.ReadAsStringAsync();
        text.Should().StartWith(code + ": ");
        if (code == "bad_user_id")
            text.Should().Contain("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier");
    }

    [Fact]
    public async Task RequestWithoutOrigin_NeedsTheAuthorizationHeader()
    {
        await using var server = await EmbeddedServer.StartAsync();
        using var http = server.Http();
        (await NegotiateByCookieAsync(http, origin: null)).Should().Be(HttpStatusCode.Forbidden);
        (await NegotiateByCookieAsync(http, server.Address.GetLeftPart(UriPartial.Authority))).Should().Be(HttpStatusCode.OK);
        (await NegotiateByCookieAsync(http, "http://elsewhere.example")).Should().Be(HttpStatusCode.Forbidden);
        using var byHeader = Negotiate("alice");
        using var answer = await http.SendAsync(byHeader);
        answer.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task EndOfTheTicket_EndsTheConnectionAfterANotice()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var server = await EmbeddedServer.StartAsync(configure: builder => builder.Services.AddSingleton<TimeProvider>(time));
        await using var alice = await server.HubAsync("alice", time.Start.AddMinutes(10));
        (await HubClient.RefusalAsync(() => alice.RefreshAsync("a token"))).Should().Be("bad_request");
        time.Advance(TimeSpan.FromMinutes(9));
        (await alice.Notice).Code.Should().Be("expiring");
        time.Advance(TimeSpan.FromSeconds(90));
        (await alice.Notice).Code.Should().Be("unauthenticated");
        await alice.Closed;
    }

    [Fact]
    public async Task CloseConnections_EndsEveryConnectionOfTheUser()
    {
        await using var server = await EmbeddedServer.StartAsync();
        await using var hub = await server.HubAsync("alice");
        await using var raw = await server.RawAsync("alice");
        await raw.SendAsync("alice:alice:hi");
        await hub.ReceiveAsync();
        var publisher = server.Services.GetRequiredService<IChatPublisher>();
        (await publisher.CloseConnectionsAsync("alice")).Should().Be(2);
        await hub.Closed;
        (await publisher.CloseConnectionsAsync("nobody")).Should().Be(0);
        await publisher.Invoking(it => it.CloseConnectionsAsync("a:b")).Should().ThrowAsync<ChatException>();
    }

    [Fact]
    public async Task ApiKeys_WorkForBackEndsAndOperators()
    {
        var settings = Keys.Settings(("the key", "shop", ["push", "admin"])).ToDictionary(setting => setting.Key, setting => (string?)setting.Value);
        await using var server = await EmbeddedServer.StartAsync(settings);
        await using var shop = await HubClient.ConnectAsync(server.Address, "", log: () => server.LogText, token: () => "the key");
        using var http = Keys.Client(server.Address, "the key");
        using var sent = await http.PostAsync("/api/v1/messages", new StringContent("""{"to":"shop","content":"hi"}"""));
        sent.StatusCode.Should().Be(HttpStatusCode.Created);
        (await shop.ReceiveAsync()).From.Should().Be("shop");
    }

    [Fact]
    public async Task OpaqueTokensOfTheApplication_CountAsNoGuessedKeys()
    {
        await using var server = await EmbeddedServer.StartAsync(new() { ["Chat:Limits:KeyGuessesPerMinute"] = "1" });
        for (var i = 0; i < 5; i++)
            await using (await server.HubAsync($"user{i}"))
            {
            }
    }

    [Fact]
    public async Task DefaultSchemeAndFallbackPolicyOfTheApplication_StayItsOwn()
    {
        await using var server = await EmbeddedServer.StartAsync(
            Keys.Settings(("the key", "shop", ["push"])).ToDictionary(setting => setting.Key, setting => (string?)setting.Value),
            builder => builder.Services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder("Test").RequireClaim("department", "stock").Build()),
            app =>
            {
                app.MapGet("/own", (HttpContext context) => context.User.Identity?.AuthenticationType).AllowAnonymous();
                app.MapGet("/stock", () => "stock");
            });
        var schemes = server.Services.GetRequiredService<IAuthenticationSchemeProvider>();
        (await schemes.GetDefaultAuthenticateSchemeAsync())!.Name.Should().Be("Test", because: "it is the application's only one");
        using var http = server.Http();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "alice~");
        (await http.GetStringAsync("/own")).Should().Be("Test");
        using var refused = await http.GetAsync("/stock");
        refused.StatusCode.Should().Be(HttpStatusCode.Forbidden);
        await using var alice = await server.HubAsync("alice");
        using var push = Keys.Client(server.Address, "the key");
        using var sent = await push.PostAsync("/api/v1/messages", new StringContent("""{"to":"alice","content":"hi"}"""));
        sent.StatusCode.Should().Be(HttpStatusCode.Created);
        (await alice.ReceiveAsync()).Content.Should().Be("hi");
    }

    [Fact]
    public async Task ApplicationModeInTheSettings_StopsTheProgramsStart()
    {
        await using var server = new ServerProcess(new() { ["Chat:Identity:Mode"] = "Application" });
        (await server.RunAsync()).Should().Be(1);
        server.Output.Should().Contain("Chat:Identity:Mode = 'Application': an application chooses this in code");
    }

    private static HttpRequestMessage Negotiate(string claim) => new(HttpMethod.Post, "/chat/negotiate?negotiateVersion=1")
    {
        Headers = { { "Authorization", $"Bearer {Uri.EscapeDataString(claim)}~" } },
    };

    private static async Task<HttpStatusCode> NegotiateByCookieAsync(HttpClient http, string? origin)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/chat/negotiate?negotiateVersion=1");
        request.Headers.Add("Cookie", "session=alice~");
        if (origin is not null)
            request.Headers.Add("Origin", origin);
        using var answer = await http.SendAsync(request);
        return answer.StatusCode;
    }

    /// <summary>Adds <c>Origin</c> as a browser does for a page of the server: to every method except GET.</summary>
    private sealed class BrowserHandler(string origin) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Method != HttpMethod.Get)
                request.Headers.Add("Origin", origin);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
