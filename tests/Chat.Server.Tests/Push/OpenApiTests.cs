using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Chat.Server.Tests.Running;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Server.Tests.Push;

[Trait("Duration", "Long")]
public sealed partial class OpenApiTests
{
    private static readonly Dictionary<string, string> OneKeyForEachScope = Keys.Settings(
        ("all", "shop", ["push", "topics", "rooms", "admin", "impersonate"]), ("push", "push", ["push"]), ("topics", "topics", ["topics"]), ("rooms", "rooms", ["rooms"]), ("admin", "admin", ["admin"]));

    /// <summary>The operations, each with its scope, its parameters and a request for every status.</summary>
    private static readonly Dictionary<string, (string Scope, string[] Parameters, Probe[] Probes)> Calls = new()
    {
        ["POST /api/v1/messages"] = ("push", ["header Idempotency-Key string"],
        [
            new(201, Body: """{"to":"alice","content":"hi","id":"1"}"""),
            new(200, Body: """{"to":"alice","content":"hi","from":"shop"}""", Header: "Idempotency-Key: 1"),
            new(422, Body: """{"to":"alice","content":"other"}""", Header: "Idempotency-Key: 1"),
            new(400, Body: """{"to":"alice"}"""),
            new(413, Body: $$"""{"to":"alice","content":"{{new string('x', 65_537)}}"}"""),
            new(415, Body: """{"to":"alice","content":"hi"}""", Header: "Content-Encoding: gzip"),
            new(503, Body: """{"to":"alice","content":"hi"}"""),
        ]),
        ["POST /api/v1/messages/batch"] = ("push", [],
        [
            new(200, Body: """{"messages":[{"to":"alice","content":"hi"},{"to":"#","content":"hi"}]}"""),
            new(400, Body: """{"messages":[]}"""),
            new(413, Body: new string(' ', 1_048_577)),
            new(415, Body: """{"messages":[{"to":"alice","content":"hi"}]}""", Header: "Content-Encoding: br"),
            new(503, Body: """{"messages":[{"to":"#","content":"hi"},{"to":"alice","content":"hi"}]}"""),
        ]),
        ["PUT /api/v1/topics/{topic}"] = ("topics", ["path topic string", "header If-Version integer"],
        [
            new(200, "a", Body: """{"today":5}"""),
            new(400, "a", Body: "{"),
            new(412, "a", Body: "6", Header: "If-Version: 7"),
            new(413, "a", Body: $"\"{new string('x', 65_536)}\""),
            new(415, "a", Body: "8", Header: "Content-Encoding: gzip"),
            new(503, "a", Body: "7"),
        ]),
        ["PUT /api/v1/topic"] = ("topics", ["query topic string", "header If-Version integer"],
        [
            new(200, Query: "?topic=q", Body: """{"today":5}"""),
            new(400, Body: "5"),
            new(412, Query: "?topic=q", Body: "6", Header: "If-Version: 7"),
            new(413, Query: "?topic=q", Body: $"\"{new string('x', 65_536)}\""),
            new(415, Query: "?topic=q", Body: "8", Header: "Content-Encoding: gzip"),
            new(503, Query: "?topic=q", Body: "7"),
        ]),
        ["GET /api/v1/topic"] = ("topics", ["query topic string"], [new(200, Query: "?topic=q"), new(404, Query: "?topic=r"), new(400)]),
        ["GET /api/v1/topics/{topic}"] = ("topics", ["path topic string"], [new(200, "a"), new(404, "b"), new(400, "a%20b")]),
        ["PUT /api/v1/rooms/{room}/members/{user}"] = ("rooms", ["path room string", "path user string"], [new(204, "a"), new(400, "%23a"), new(503, "b")]),
        ["DELETE /api/v1/rooms/{room}/members/{user}"] = ("rooms", ["path room string", "path user string"], [new(204, "b"), new(400, "%23a"), new(503, "a")]),
        ["GET /api/v1/rooms/{room}/members"] = ("rooms", ["path room string"], [new(200, "a"), new(400, "a%0A")]),
        ["PUT /api/v1/members"] = ("rooms", ["query room string", "query user string"],
            [new(204, Query: "?room=q&user=a"), new(400, Query: "?room=q"), new(503, Query: "?room=q&user=b")]),
        ["DELETE /api/v1/members"] = ("rooms", ["query room string", "query user string"],
            [new(204, Query: "?room=q&user=b"), new(400, Query: "?user=b"), new(503, Query: "?room=q&user=a")]),
        ["GET /api/v1/members"] = ("rooms", ["query room string"], [new(200, Query: "?room=q"), new(400)]),
        ["GET /api/v1/user"] = ("admin", ["query user string"], [new(200, Query: "?user=alice"), new(400)]),
        ["GET /api/v1/connections"] = ("admin", ["query user string"], [new(200, Query: "?user=alice"), new(400)]),
        ["GET /api/v1/messages"] = ("admin", ["query user string", "query after string", "query limit integer"],
            [new(200, Query: "?user=alice&limit=1"), new(400, Query: "?user=alice&after=x")]),
        ["DELETE /api/v1/connections"] = ("admin", ["query user string"], [new(200, Query: "?user=dora"), new(400)]),
        ["PUT /api/v1/bans"] = ("admin", ["query user string"], [new(204, Query: "?user=erin"), new(400), new(503, Query: "?user=erin")]),
        ["DELETE /api/v1/bans"] = ("admin", ["query user string"], [new(204, Query: "?user=erin"), new(400), new(503, Query: "?user=erin")]),
        ["GET /api/v1/users"] = ("admin", ["query prefix string", "query limit integer"], [new(200, Query: "?prefix=al&limit=1"), new(400, Query: "?limit=501")]),
        ["GET /api/v1/users/{user}"] = ("admin", ["path user string"], [new(200, "alice"), new(400, "%23a")]),
        ["GET /api/v1/users/{user}/connections"] = ("admin", ["path user string"], [new(200, "alice"), new(400, "%23a")]),
        ["GET /api/v1/users/{user}/messages"] = ("admin", ["path user string", "query after string", "query limit integer"],
            [new(200, "alice", Query: "?limit=1"), new(400, "alice", Query: "?after=x")]),
        ["DELETE /api/v1/users/{user}/connections"] = ("admin", ["path user string"], [new(200, "dora"), new(400, "%23a")]),
        ["POST /api/v1/backup"] = ("admin", [], [new(202)]),
        ["GET /api/v1/backup"] = ("admin", [], [new(200)]),
        ["PUT /api/v1/bans/{user}"] = ("admin", ["path user string"], [new(204, "dora"), new(400, "%23a"), new(503, "dora")]),
        ["DELETE /api/v1/bans/{user}"] = ("admin", ["path user string"], [new(204, "dora"), new(400, "%23a"), new(503, "dora")]),
    };

    [Fact]
    public async Task Document_DescribesEveryEndpoint()
    {
        await using var server = await TestServer.StartAsync(environment: "Development");
        var document = await ApiDocument.OfAsync(server);
        var mapped = server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/api/v1/", StringComparison.Ordinal));
        document.Operations.Should().BeEquivalentTo(
            mapped.Select(endpoint => $"{endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods.Single(method => method != "HEAD")} {endpoint.RoutePattern.RawText}"));
        document.Operations.Should().BeEquivalentTo(Calls.Keys);
        foreach (var (operation, call) in Calls)
            document.Parameters(operation).Should().BeEquivalentTo(call.Parameters, because: operation);
        document.SecurityScheme.Should().Be("bearer");
        document.Body("POST /api/v1/messages")!["required"]!.ToJsonString().Should().Be("""["to","content"]""");
        document.Body("POST /api/v1/messages/batch")!["properties"]!["messages"]!["items"]!["properties"]!.AsObject().Select(property => property.Key)
            .Should().Equal("to", "content", "from", "id");
    }

    [Fact]
    public async Task Document_DescribesEveryStatusAndNoOther()
    {
        await using var server = await TestServer.StartAsync(OneKeyForEachScope, environment: "Development");
        var document = await ApiDocument.OfAsync(server);
        var answered = Calls.Keys.ToDictionary(operation => operation, _ => new HashSet<string> { "401", "403", "429" });
        foreach (var (operation, probe) in Probes().Where(call => call.Probe.Status != 503))
            await ProbeAsync(operation, probe);
        await using (await HeldLog.OfAsync(server))
            await Task.WhenAll(Probes().Where(call => call.Probe.Status == 503).Select(call => ProbeAsync(call.Operation, call.Probe)));
        foreach (var operation in Calls.Keys)
        {
            // Calls that write nothing to the log return 503 only if the disk fails or the server stops.
            var writes = !operation.StartsWith("GET", StringComparison.Ordinal) && !operation.EndsWith("/connections", StringComparison.Ordinal)
                && !operation.EndsWith("/backup", StringComparison.Ordinal);
            document.Statuses(operation).Except(writes ? [] : ["503"]).Should().BeEquivalentTo(answered[operation], because: operation);
        }

        async Task ProbeAsync(string operation, Probe probe)
        {
            using var answer = await probe.AskAsync(server.Address, operation, "all");
            ((int)answer.StatusCode).Should().Be(probe.Status, because: operation);
            (await document.FaultsOfAsync(operation, answer)).Should().BeEmpty();
            (answer.Headers.RetryAfter is null).Should().Be(probe.Status != 503);
            answered[operation].Add($"{probe.Status}");
        }

        static IEnumerable<(string Operation, Probe Probe)> Probes() => Calls.SelectMany(call => call.Value.Probes.Select(probe => (call.Key, probe)));
    }

    [Fact]
    public async Task Call_NeedsTheDescribedScope()
    {
        await using var server = await TestServer.StartAsync(OneKeyForEachScope, environment: "Development");
        var document = await ApiDocument.OfAsync(server);
        foreach (var (operation, call) in Calls)
            foreach (var key in (string[])["push", "topics", "rooms", "admin", "unknown"])
            {
                using var answer = await call.Probes[0].AskAsync(server.Address, operation, key);
                var refusal = key == "unknown" ? HttpStatusCode.Unauthorized : HttpStatusCode.Forbidden;
                (answer.StatusCode == refusal).Should().Be(key != call.Scope, because: $"{operation} with {key} was answered {answer.StatusCode}");
                if (key != call.Scope)
                    (await document.FaultsOfAsync(operation, answer)).Should().BeEmpty();
            }
    }

    [Fact]
    public async Task CallsAfterTooManyWrongKeys_Return429()
    {
        await using var server = await TestServer.StartAsync(
            new(OneKeyForEachScope) { ["Chat:Limits:WrongKeysPerMinute"] = "1" }, environment: "Development");
        var document = await ApiDocument.OfAsync(server);
        var (one, first) = Calls.First();
        (await first.Probes[0].AskAsync(server.Address, one, "unknown")).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        foreach (var (operation, call) in Calls)
        {
            using var answer = await call.Probes[0].AskAsync(server.Address, operation, "all");
            answer.StatusCode.Should().Be(HttpStatusCode.TooManyRequests);
            answer.Headers.RetryAfter.Should().NotBeNull();
            (await document.FaultsOfAsync(operation, answer)).Should().BeEmpty();
        }
    }

    [Fact]
    public async Task LoggedCurlLine_Works()
    {
        await using var server = await TestServer.StartAsync(environment: "Development");
        var line = (await server.LoggedAsync("curl -H")).Split('\n').Single(line => line.TrimStart().StartsWith("curl ", StringComparison.Ordinal)).Trim();
        using var shell = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("bash", ["-c", line]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var answer = await Wait.ForAsync(shell.StandardOutput.ReadToEndAsync(), "The answer of curl");
        answer.Should().Contain("\"duplicate\":false");
        (await server.MailboxAsync("alice")).Should().ContainSingle();
    }

    [Fact]
    public async Task ApiPage_ExistsInDevelopmentOnly()
    {
        await using var development = await TestServer.StartAsync(environment: "Development");
        using (var http = development.Http())
            (await http.GetStringAsync(new Uri("/scalar/", UriKind.Relative))).Should().Contain("<html");
        await using var production = await TestServer.StartAsync();
        using (var http = production.Http())
            foreach (var path in (string[])["/scalar/", "/openapi/v1.json"])
                (await http.GetAsync(new Uri(path, UriKind.Relative))).StatusCode.Should().Be(HttpStatusCode.NotFound);
        production.LogText.Should().NotContain("No API key is configured");
    }

    /// <summary>A request and the status of its answer.</summary>
    /// <param name="Name">Replaces every parameter of the path.</param>
    private sealed record Probe(int Status, string Name = "", string? Body = null, string? Header = null, string Query = "")
    {
        public async Task<HttpResponseMessage> AskAsync(Uri server, string operation, string key)
        {
            using var http = Keys.Client(server, key);
            var (method, path) = (operation.Split(' ')[0], Parameter().Replace(operation.Split(' ')[1], Name));
            using var request = new HttpRequestMessage(new HttpMethod(method), path + Query) { Content = Body is null ? null : new StringContent(Body) };
            request.Headers.ExpectContinue = Body?.Length > 1_000_000; // the server closes the connection if it does not read the body
            if (Header?.Split(": ") is [var name, var value])
                (name.StartsWith("Content-", StringComparison.Ordinal) ? request.Content!.Headers : (HttpHeaders)request.Headers).Add(name, value);
            return await http.SendAsync(request);
        }
    }

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Parameter();
}
