using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Chat.Server.Tests.Running;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Server.Tests.Push;

public sealed partial class OpenApiTests
{
    [Fact]
    public async Task TheDocumentDescribesWhatIsThere()
    {
        await using var server = await TestServer.StartAsync(environment: "Development");
        using var http = server.Http();
        var document = JsonNode.Parse(await http.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative)))!;
        var described = document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(operation => $"{operation.Key.ToUpperInvariant()} {path.Key}"))
            .Where(operation => operation.Contains("/api/v1/", StringComparison.Ordinal)).ToList();
        var mapped = server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/api/v1/", StringComparison.Ordinal)).ToList();
        described.Should().BeEquivalentTo(mapped.Select(endpoint => $"{endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods.Single()} {endpoint.RoutePattern.RawText}"));
        mapped.Should().OnlyContain(endpoint => endpoint.Metadata.GetMetadata<AuthorizationPolicy>() != null || endpoint.Metadata.GetMetadata<IAuthorizeData>() != null);
        document["components"]!["securitySchemes"]!["apiKey"]!["scheme"]!.ToString().Should().Be("bearer");

        // What every operation is said to answer without a key, and to a body that is none, it answers.
        var key = DevelopmentKey().Match(await server.LoggedAsync("No API key is configured")).Groups[1].Value;
        foreach (var operation in described)
        {
            var (method, path) = (operation.Split(' ')[0], operation.Split(' ')[1]);
            var responses = document["paths"]![path]![method.ToLowerInvariant()]!["responses"]!.AsObject();
            responses.Select(response => response.Key).Should().Contain(["401", "403", "503"]).And.Contain(status => status.StartsWith('2'));
            var example = Parameter().Replace(path, "a");
            using var refused = await http.SendAsync(new HttpRequestMessage(new HttpMethod(method), example));
            refused.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
            using var keyed = Keys.Client(server.Address, key);
            using var answer = await keyed.SendAsync(new HttpRequestMessage(new HttpMethod(method), example) { Content = method is "GET" or "DELETE" ? null : new StringContent("{", Encoding.UTF8, "application/json") });
            responses.Select(response => response.Key).Should().Contain($"{(int)answer.StatusCode}", because: operation);
            var described2 = responses[$"{(int)answer.StatusCode}"]!["content"]?.AsObject().Select(content => content.Key).FirstOrDefault();
            answer.Content.Headers.ContentType?.MediaType.Should().Be(described2, because: operation);
        }
    }

    [Fact]
    public async Task EveryAnswerHasTheFieldsThatAreDescribed()
    {
        await using var server = await TestServer.StartAsync(environment: "Development");
        using var plain = server.Http();
        var document = JsonNode.Parse(await plain.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative)))!;
        var key = DevelopmentKey().Match(await server.LoggedAsync("No API key is configured")).Groups[1].Value;
        using var http = Keys.Client(server.Address, key);
        foreach (var (method, path, pattern, body) in (List<(string, string, string, string?)>)[
            ("POST", "/api/v1/messages", "/api/v1/messages", """{"to":"alice","content":"hi"}"""),
            ("POST", "/api/v1/messages/batch", "/api/v1/messages/batch", """{"messages":[{"to":"alice","content":"hi"}]}"""),
            ("PUT", "/api/v1/topics/a", "/api/v1/topics/{topic}", "1"),
            ("GET", "/api/v1/topics/a", "/api/v1/topics/{topic}", null),
            ("GET", "/api/v1/rooms/a/members", "/api/v1/rooms/{room}/members", null),
            ("GET", "/api/v1/users", "/api/v1/users", null),
            ("GET", "/api/v1/users/alice", "/api/v1/users/{user}", null),
            ("GET", "/api/v1/users/alice/messages", "/api/v1/users/{user}/messages", null)])
        {
            using var answer = await http.SendAsync(new HttpRequestMessage(new HttpMethod(method), path) { Content = body is null ? null : new StringContent(body) });
            answer.IsSuccessStatusCode.Should().BeTrue();
            var schema = document["paths"]![pattern]![method.ToLowerInvariant()]!["responses"]![$"{(int)answer.StatusCode}"]!["content"]!["application/json"]!["schema"]!;
            if ((string?)schema["$ref"] is { } reference)
                schema = document["components"]!["schemas"]![reference.Split('/')[^1]]!;
            JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject().Select(property => property.Key)
                .Should().BeEquivalentTo(schema["properties"]!.AsObject().Select(property => property.Key), because: path);
        }
    }

    [Fact]
    public async Task TheLineThatTheLogShowsWorksWhenItIsPasted()
    {
        await using var server = await TestServer.StartAsync(environment: "Development");
        var line = (await server.LoggedAsync("curl -H")).Split('\n').Single(line => line.TrimStart().StartsWith("curl ", StringComparison.Ordinal)).Trim();
        using var shell = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("bash", ["-c", line]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var answer = await Wait.ForAsync(shell.StandardOutput.ReadToEndAsync(), "The answer of curl");
        answer.Should().Contain("\"duplicate\":false");
        (await server.MailboxAsync("alice")).Should().ContainSingle();
    }

    [Fact]
    public async Task ThePageIsThereInDevelopmentOnly()
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

    [GeneratedRegex(@"server takes ([0-9a-f]{32}):")]
    private static partial Regex DevelopmentKey();

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Parameter();
}
