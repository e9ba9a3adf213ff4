using System.Net;
using Chat.Protocol;
using Chat.Server.Tests.Push;
using Chat.Server.Tests.Running;
using Chat.Server.Topics;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Chat.Server.Tests.Web;

/// <summary>HEAD is answered like GET, without a body and without effects.</summary>
[Trait("Duration", "Long")]
public sealed class HeadTests(HeadTests.DevelopmentServer shared) : IClassFixture<HeadTests.DevelopmentServer>
{
    private static readonly Dictionary<string, string> TwoKeys = Keys.Settings(("all", "office", ["push", "topics", "rooms", "admin"]), ("push", "shop", ["push"]));

    [Fact]
    public async Task EveryGetEndpoint_AcceptsHead()
    {
        var methods = shared.Server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Select(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods).OfType<IReadOnlyList<string>>().Where(methods => methods.Contains("GET")).ToList();
        methods.Should().HaveCountGreaterThan(15).And.OnlyContain(all => all.Contains("HEAD"));
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    [InlineData("/metrics")]
    [InlineData("/")]
    [InlineData("/dashboard")]
    [InlineData("/raw/")]
    [InlineData("/raw")]
    [InlineData("/raw/raw.js")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/scalar/")]
    [InlineData("/nowhere")]
    [InlineData("/api/v1/users")]
    [InlineData("/api/v1/users?limit=0")]
    [InlineData("/api/v1/users/alice")]
    [InlineData("/api/v1/user?user=alice")]
    [InlineData("/api/v1/user")]
    [InlineData("/api/v1/users/alice/connections")]
    [InlineData("/api/v1/connections?user=alice")]
    [InlineData("/api/v1/users/alice/messages")]
    [InlineData("/api/v1/messages?user=alice")]
    [InlineData("/api/v1/rooms/garden/members")]
    [InlineData("/api/v1/members?room=garden")]
    [InlineData("/api/v1/topics/nothing")]
    [InlineData("/api/v1/topic?topic=nothing")]
    [InlineData("/api/v1/nowhere")]
    public async Task Head_IsAnsweredAsGetWithoutABody(string path)
    {
        foreach (var key in (string[])["all", "push", "unknown"])
        {
            var (get, head) = (await AskAsync(shared.Server, $"GET {path}", key), await AskAsync(shared.Server, $"HEAD {path}", key));
            RawRequest.StatusOf(head).Should().Be(RawRequest.StatusOf(get), because: $"{path} with {key}");
            RawRequest.BodyOf(head).Should().BeEmpty();
            TypeOf(head).Should().Be(TypeOf(get));
        }
    }

    [Theory]
    [InlineData("POST /health/ready", "GET, HEAD")]
    [InlineData("POST /metrics", "GET, HEAD")]
    [InlineData("DELETE /api/v1/users", "GET, HEAD")]
    [InlineData("POST /api/v1/bans", "DELETE, PUT")]
    [InlineData("DELETE /api/v1/messages", "GET, HEAD, POST")]
    public async Task OtherMethods_Return405WithAllow(string line, string allowed)
    {
        var answer = await AskAsync(shared.Server, line, "all");
        RawRequest.StatusOf(answer).Should().Be((int)HttpStatusCode.MethodNotAllowed);
        var allow = answer.Split("\r\n").Single(header => header.StartsWith("Allow: ", StringComparison.Ordinal))["Allow: ".Length..];
        allow.Split(", ").Order(StringComparer.Ordinal).Should().Equal(allowed.Split(", "));
    }

    // The fake time does not pass: a GET would wait for the next value.
    [Theory]
    [InlineData("topics/server.stats")]
    [InlineData("topic?topic=server.stats")]
    public async Task HeadOfServerStats_NeitherWaitsNorSubscribes(string call)
    {
        await using var server = await TestServer.StartAsync(TwoKeys, new FakeTimeProvider(DateTimeOffset.UtcNow));
        var answer = await AskAsync(server, $"HEAD /api/v1/{call}", "all");
        RawRequest.StatusOf(answer).Should().Be(200);
        TypeOf(answer).Should().Be("Content-Type: application/json; charset=utf-8");
        server.Services.GetRequiredService<LiveTopics>().CountSubscribers(ServerStats.Topic).Should().Be(0);
        RawRequest.StatusOf(await AskAsync(server, $"HEAD /api/v1/{call}", "push")).Should().Be(403);
    }

    [Fact]
    public async Task RealTimeEndpoints_RefuseHead()
    {
        foreach (var path in (string[])["/chat?userid=alice", "/api/home/connect"])
            RawRequest.StatusOf(await AskAsync(shared.Server, $"HEAD {path}", "all")).Should().BeInRange(400, 499);
    }

    private static Task<string> AskAsync(TestServer server, string line, string key) => RawRequest.SendAsync(server.Address, line, null, $"Authorization: Bearer {key}");

    private static string? TypeOf(string answer) => answer.Split("\r\n").FirstOrDefault(header => header.StartsWith("Content-Type: ", StringComparison.Ordinal));

    public sealed class DevelopmentServer() : SharedServer(TwoKeys, "Development");
}
