using System.Net;
using Chat.Server.Tests.Running;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Chat.Server.Tests.Embedding;

/// <summary>The library installs nothing outside its own paths.</summary>
public sealed class LibraryTests
{
    [Theory]
    [InlineData("/health/ready")]
    [InlineData("/metrics")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/")]
    [InlineData("/dashboard")]
    public async Task PathOfAnAddOn_IsNotMapped(string path)
    {
        await using var server = await EmbeddedServer.StartAsync();
        using var http = server.Http();
        using var answer = await http.GetAsync(path);
        answer.StatusCode.Should().Be(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task ForwardedHeaders_AreReadOnTheServersPathsAlone()
    {
        await using var server = await EmbeddedServer.StartAsync(
            new() { ["Chat:KnownProxies:0"] = "127.0.0.1" }, map: app => app.MapGet("/own", (HttpContext context) => $"{context.Request.Scheme} {context.Request.PathBase}"));
        using var http = server.Http();
        http.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        http.DefaultRequestHeaders.Add("X-Forwarded-Host", "chat.example");
        http.DefaultRequestHeaders.Add("X-Forwarded-Prefix", "/app");
        (await http.GetStringAsync("/own")).Should().Be("http ");
        foreach (var path in (string[])["/chat/negotiate", "/app/chat/negotiate"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path + "?negotiateVersion=1");
            request.Headers.Add("Cookie", "session=alice~");
            request.Headers.Add("Origin", "https://chat.example");
            using var answer = await http.SendAsync(request);
            answer.StatusCode.Should().Be(HttpStatusCode.OK, because: $"{path}: the origin is the proxy's");
        }
    }

    [Fact]
    public async Task PathsThatEndAsTheServers_BelongToTheApplication()
    {
        await using var server = await EmbeddedServer.StartAsync(
            new() { ["Chat:KnownProxies:0"] = "127.0.0.1", ["Chat:PathBase"] = "/base" },
            map: app =>
            {
                app.MapGet("/shop/api/v1/fail", string () => throw new InvalidOperationException("a fault of the application"));
                app.MapGet("/support/chat", (HttpContext context) => $"{context.Request.Scheme} {context.Request.PathBase}");
            },
            pipeline: app =>
            {
                app.UseExceptionHandler(handler => handler.Run(context => context.Response.WriteAsync("the application's own answer")));
                app.MapChat();
            });
        using var http = server.Http();
        http.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        http.DefaultRequestHeaders.Add("X-Forwarded-Prefix", "/told");
        (await http.GetStringAsync("/support/chat")).Should().Be("http ");
        using var fault = await http.GetAsync("/shop/api/v1/fail");
        (await fault.Content.ReadAsStringAsync()).Should().Be("the application's own answer");
        using var missing = await http.GetAsync("/shop/api/v1/missing");
        missing.StatusCode.Should().Be(HttpStatusCode.NotFound);
        missing.Content.Headers.ContentType.Should().BeNull();
        foreach (var prefix in (string[])["", "/base", "/told", "/told/base"])
            foreach (var path in (string[])["/api/v1/missing", "/api/v1/bans/%2e%2e", "/api/v1/users/../bans/alice"])
            {
                var answer = await RawRequest.SendAsync(server.Address, $"GET {prefix}{path}", null, "X-Forwarded-Prefix: /told");
                answer.Should().Contain("application/problem+json", because: prefix + path);
            }
        foreach (var target in (string[])["/api/v1/../../own", $"http://{server.Address.Authority}/api/v1/../own"])
            (await RawRequest.SendAsync(server.Address, $"GET {target}")).Should().Contain("application/problem+json");
    }

    [Fact]
    public async Task NamesOfTheApplication_MayBeThoseOfCalls()
    {
        await using var server = await EmbeddedServer.StartAsync(
            configure: builder =>
            {
                var own = builder.Services.AddAuthentication("Test");
                foreach (var scheme in (string[])["ApiKey", "Chat", "User"])
                    own.AddScheme<AuthenticationSchemeOptions, EmbeddedServer.TestAuthentication>(scheme, null);
            },
            map: app =>
            {
                app.MapGet("/own", () => "own").WithName("GetUser");
                app.MapGet("/others", () => "others").WithName("SendMessage");
            });
        using var http = server.Http();
        (await http.GetStringAsync("/own")).Should().Be("own");
        await using var alice = await server.HubAsync("alice");
    }

    [Fact]
    public async Task HubOfTheApplication_KeepsItsProtocolsFiltersAndLog()
    {
        await using var server = await EmbeddedServer.StartAsync(
            configure: builder => builder.Services.AddSignalR(options => options.AddFilter<CountingFilter>()).Services.AddSingleton<CountingFilter>(),
            map: app => app.MapHub<OwnHub>("/own"));
        await using (var alice = await server.HubAsync("alice"))
            await alice.SendAsync("bob", "hi");
        server.Services.GetRequiredService<CountingFilter>().Calls.Should().Be(0, because: "filters of the application are not for the chat's hub");
        await using var own = new HubConnectionBuilder().WithUrl(new Uri(server.Address, "/own")).Build();
        await own.StartAsync();
        (await own.InvokeAsync<string>("Name")).Should().Be(own.ConnectionId);
        await own.Invoking(it => it.InvokeAsync("Fail")).Should().ThrowAsync<HubException>();
        server.Services.GetRequiredService<CountingFilter>().Calls.Should().Be(2);
        server.LogText.Should().Contain("DefaultHubDispatcher", because: "SignalR logs the faults of other hubs").And.Contain("a fault of the application");
    }

    [Fact]
    public async Task RequestLinesOfTheFramework_AreWarnedOfOnce()
    {
        await using (var loud = await EmbeddedServer.StartAsync())
            loud.LogText.Should().Contain("Set Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics to Warning");
        await using var quiet = await EmbeddedServer.StartAsync(
            configure: builder => builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning));
        quiet.LogText.Should().NotContain("Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics");
    }

    private sealed class OwnHub : Hub
    {
        public string Name() => Context.ConnectionId;

        public void Fail() => throw new InvalidOperationException($"a fault of the application on {Context.ConnectionId}");
    }

    private sealed class CountingFilter : IHubFilter
    {
        private int calls;

        public int Calls => calls;

        public ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next)
        {
            Interlocked.Increment(ref calls);
            return next(invocationContext);
        }
    }
}
