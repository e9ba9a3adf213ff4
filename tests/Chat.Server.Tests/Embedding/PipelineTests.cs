using System.Net;
using Chat.Server.Tests.Push;
using Chat.Server.Tests.Running;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Server.Tests.Embedding;

/// <summary>The order and the kind of the application's middleware.</summary>
public sealed class PipelineTests
{
    private const string Good = "https://good.example";
    private const string Shop = "https://shop.example";

    private static readonly Dictionary<string, string?> OneKey =
        Keys.Settings(("the key", "shop", ["push", "admin"])).ToDictionary(setting => setting.Key, setting => (string?)setting.Value);

    [Theory]
    [InlineData("before routing", "")]
    [InlineData("after the endpoints", "")]
    [InlineData("before the path base", "/app")]
    [InlineData("before a rewriter", "/old")]
    [InlineData("behind another path", "")]
    public async Task WrongOrder_AdmitsNoRequest(string order, string prefix)
    {
        await using var server = await EmbeddedServer.StartAsync(OneKey, pipeline: app => Use(app, order));
        using var http = server.Http();
        foreach (var call in (string[])["messages?user=alice", "members?room=a", "users", "backup"])
        {
            using var answer = await http.GetAsync($"{prefix}/api/v1/{call}");
            answer.StatusCode.Should().Be(HttpStatusCode.InternalServerError, because: call);
        }
        using var byKey = Keys.Client(server.Address, "the key");
        using var keyed = await byKey.GetAsync($"{prefix}/api/v1/users");
        ((int)keyed.StatusCode).Should().BeOneOf(403, 500);
        using var negotiate = new HttpRequestMessage(HttpMethod.Post, $"{prefix}/chat/negotiate?negotiateVersion=1");
        negotiate.Headers.Add("Cookie", "session=alice~");
        negotiate.Headers.Add("Origin", "https://evil.example");
        using var negotiated = await http.SendAsync(negotiate);
        ((int)negotiated.StatusCode).Should().BeOneOf(403, 500);
        (await RawTcpClient.StatusAsync(server.Address, $"{prefix}/api/home/connect", "Origin: https://evil.example", "Cookie: session=alice~"))
            .Should().BeOneOf(403, 500);
        server.LogText.Should().Contain("Call MapChat after UseRouting");
    }

    [Fact]
    public async Task ExplicitRouting_Works()
    {
        await using var server = await EmbeddedServer.StartAsync(OneKey, pipeline: app =>
        {
            app.UsePathBase("/app");
            app.UseRouting();
            app.UseAuthentication();
            app.UseAuthorization();
            app.MapChat();
        });
        await using var alice = await server.HubAsync("alice");
        using var http = Keys.Client(server.Address, "the key");
        using var sent = await http.PostAsync("/app/api/v1/messages", new StringContent("""{"to":"alice","content":"hi"}"""));
        sent.StatusCode.Should().Be(HttpStatusCode.Created);
        (await alice.ReceiveAsync()).Content.Should().Be("hi");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task WebSocketsOfTheApplication_LeaveTheRawEndpointIntact(bool hidesTheUpgrade)
    {
        await using var server = await EmbeddedServer.StartAsync(pipeline: app =>
        {
            app.UseWebSockets();
            // As in a test host, which accepts WebSockets without an upgrade.
            if (hidesTheUpgrade)
                app.Use((context, next) =>
                {
                    context.Features.Set<IHttpUpgradeFeature>(null);
                    return next(context);
                });
            app.UseAuthentication();
            app.UseAuthorization();
            app.MapChat();
        });
        await using var bob = await server.RawAsync("bob");
        await bob.SendAsync("bob:bob:hi");
        (await bob.ReceiveAsync()).Should().Be("bob:hi");
        (await bob.CloseAsync()).Should().Be(1000);
    }

    [Fact]
    public async Task AddOns_CanBeAllowedUnderAFallbackPolicy()
    {
        await using var server = await EmbeddedServer.StartAsync(
            configure: builder =>
            {
                builder.AddChatMetrics();
                builder.AddChatApiDocument();
                builder.Services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder("Test").RequireAuthenticatedUser().Build());
            },
            map: app =>
            {
                app.MapChatHealth().AllowAnonymous();
                app.MapChatMetrics().AllowAnonymous();
                app.MapChatApiDocument();
            });
        using var http = server.Http();
        foreach (var path in (string[])["/health/live", "/health/ready", "/metrics"])
            foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Head])
            {
                using var allowed = await http.SendAsync(new HttpRequestMessage(method, path));
                allowed.StatusCode.Should().Be(HttpStatusCode.OK, because: $"{method} {path}");
            }
        using var refused = await http.GetAsync("/openapi/v1.json");
        refused.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task BackplaneOfTheApplication_CarriesItsOwnHubsAlone()
    {
        await using var server = await EmbeddedServer.StartAsync(
            configure: builder => builder.Services.AddSignalR().Services.AddSingleton(typeof(HubLifetimeManager<>), typeof(Backplane<>)));
        server.Services.GetRequiredService<HubLifetimeManager<OwnHub>>().Should().BeOfType<Backplane<OwnHub>>();
        server.Services.GetRequiredService<HubLifetimeManager<ChatHub>>().Should().BeOfType<DefaultHubLifetimeManager<ChatHub>>();
        await using var alice = await server.HubAsync("alice");
        await alice.SendAsync("alice", "hi");
        (await alice.ReceiveAsync()).Content.Should().Be("hi");
    }

    [Fact]
    public async Task CorsOfTheApplication_LeavesTheOriginsOfTheChat()
    {
        await using var server = await EmbeddedServer.StartAsync(
            new() { ["Chat:Origins:0"] = Good },
            builder => builder.Services.AddCors(cors => cors.AddDefaultPolicy(policy => policy.WithOrigins(Shop))),
            app => app.MapGet("/own", () => "own"),
            app =>
            {
                app.UseCors();
                app.UseAuthentication();
                app.UseAuthorization();
                app.MapChat();
            });
        using var http = server.Http();
        foreach (var path in (string[])["/chat/negotiate", "/api/home/connect"])
        {
            (await AllowedOriginAsync(http, HttpMethod.Options, path, Good)).Should().Be(Good);
            (await AllowedOriginAsync(http, HttpMethod.Options, path, Shop)).Should().BeNull();
        }
        (await AllowedOriginAsync(http, HttpMethod.Post, "/chat/negotiate", Good)).Should().Be(Good);
        (await AllowedOriginAsync(http, HttpMethod.Get, "/own", Shop)).Should().Be(Shop);
        (await AllowedOriginAsync(http, HttpMethod.Get, "/own", Good)).Should().BeNull();
    }

    // UseCors satisfies the framework's own check of endpoints that have a CORS policy.
    private static void Use(WebApplication app, string order)
    {
        switch (order)
        {
            case "before routing":
                app.MapChat();
                app.UseRouting();
                app.UseCors();
                break;
            case "after the endpoints":
                app.UseRouting();
                app.UseCors();
#pragma warning disable ASP0014 // older applications have this call
                app.UseEndpoints(_ => { });
#pragma warning restore ASP0014
                app.MapChat();
                break;
            case "before the path base":
                app.MapChat();
                app.UsePathBase("/app");
                app.UseRouting();
                app.UseCors();
                break;
            case "before a rewriter":
                app.MapChat();
                app.Use((context, next) =>
                {
                    context.Request.Path = context.Request.Path.Value!["/old".Length..];
                    return next(context);
                });
                app.UseRouting();
                app.UseCors();
                break;
            case "behind another path":
                // The checks of /api/v1 are not those of the hub, and the reverse.
                app.UseRouting();
                app.UseCors();
                app.Use((context, next) =>
                {
                    context.Request.Path = context.Request.Path.StartsWithSegments("/api/v1") ? "/chat" : "/api/v1/x";
                    return next(context);
                });
                app.MapChat();
                break;
        }
    }

    private static async Task<string?> AllowedOriginAsync(HttpClient http, HttpMethod method, string path, string origin)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Add("Origin", origin);
        if (method == HttpMethod.Options)
            request.Headers.Add("Access-Control-Request-Method", "POST");
        using var answer = await http.SendAsync(request);
        return answer.Headers.TryGetValues("Access-Control-Allow-Origin", out var allowed) ? allowed.Single() : null;
    }

    private sealed class OwnHub : Hub;

    /// <summary>A lifetime manager as a backplane registers it: for every hub of the process.</summary>
    private sealed class Backplane<THub> : HubLifetimeManager<THub>
        where THub : Hub
    {
        public override Task OnConnectedAsync(HubConnectionContext connection) => Task.CompletedTask;
        public override Task OnDisconnectedAsync(HubConnectionContext connection) => Task.CompletedTask;
        public override Task SendAllAsync(string methodName, object?[] args, CancellationToken cancellationToken = default) => Lost();
        public override Task SendAllExceptAsync(
            string methodName, object?[] args, IReadOnlyList<string> excludedConnectionIds, CancellationToken cancellationToken = default) => Lost();
        public override Task SendConnectionAsync(
            string connectionId, string methodName, object?[] args, CancellationToken cancellationToken = default) => Lost();
        public override Task SendConnectionsAsync(
            IReadOnlyList<string> connectionIds, string methodName, object?[] args, CancellationToken cancellationToken = default)
            => Lost();
        public override Task SendGroupAsync(
            string groupName, string methodName, object?[] args, CancellationToken cancellationToken = default) => Lost();
        public override Task SendGroupsAsync(
            IReadOnlyList<string> groupNames, string methodName, object?[] args, CancellationToken cancellationToken = default) => Lost();
        public override Task SendGroupExceptAsync(
            string groupName, string methodName, object?[] args, IReadOnlyList<string> excludedConnectionIds,
            CancellationToken cancellationToken = default) => Lost();
        public override Task SendUserAsync(string userId, string methodName, object?[] args, CancellationToken cancellationToken = default) => Lost();
        public override Task SendUsersAsync(
            IReadOnlyList<string> userIds, string methodName, object?[] args, CancellationToken cancellationToken = default) => Lost();
        public override Task AddToGroupAsync(string connectionId, string groupName, CancellationToken cancellationToken = default) => Lost();
        public override Task RemoveFromGroupAsync(string connectionId, string groupName, CancellationToken cancellationToken = default) => Lost();

        private static Task Lost() => Task.CompletedTask;
    }
}
