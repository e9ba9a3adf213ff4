using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Chat.Protocol;
using Chat.Server.Tests.Running;
using Chat.Server.Tests.Samples;

namespace Chat.Server.Tests.Push;

/// <summary>The query forms of calls, which have names in the query.</summary>
[Trait("Duration", "Long")]
public sealed class QueryFormTests(QueryFormTests.OfficeServer shared) : IClassFixture<QueryFormTests.OfficeServer>
{
    private static readonly Dictionary<string, string> Office = Keys.Settings(("k", "office", ["push", "rooms", "admin", "topics"]));

    /// <summary>User ids that paths cannot carry, or only with encoding.</summary>
    public static readonly string[] Awkward = [".", "..", "../bans/alice", "a/b", "a\\b", "a%2Fb", "%41", "a+b", "a&user=b", "a=b", "x#y", "?q", "a b", "ünï😀", "名/字", "a;b", "\"<>'`{}|^"];

    [Fact]
    public async Task QueryForms_AcceptEveryName()
    {
        await using var server = await TestServer.StartAsync(Office);
        using var http = Keys.Client(server.Address, "k");
        foreach (var user in Awkward)
            await RoundTripAsync(http, user);
        (await GetAsync(http, "user?user=alice"))["banned"]!.GetValue<bool>().Should().BeFalse();
    }

    [Fact]
    public async Task DocumentedCurlLine_BansTheUserThatItNames()
    {
        await using var server = await TestServer.StartAsync(Office);
        await RunDocumentedLineAsync(server.Address);
    }

    /// <summary>Runs the documented line against a server without bans.</summary>
    internal static async Task RunDocumentedLineAsync(Uri server)
    {
        var page = await File.ReadAllLinesAsync(Path.Combine(Repository.Folder, "src", "Chat.Protocol", "README.md"));
        var line = page.Single(line => line.StartsWith("curl -X PUT ", StringComparison.Ordinal))
            .Replace("KEY", "k", StringComparison.Ordinal).Replace("http://localhost:5000/", server.ToString(), StringComparison.Ordinal);
        using var shell = Process.Start("bash", ["-c", line]);
        await Wait.ForAsync(shell.WaitForExitAsync(), "The end of curl");
        using var http = Keys.Client(server, "k");
        ((bool)(await GetAsync(http, "user?user=..%2Fbans%2Falice"))["banned"]!).Should().BeTrue();
        ((bool)(await GetAsync(http, "user?user=alice"))["banned"]!).Should().BeFalse();
    }

    [Fact]
    public async Task Topic_IsNamedInTheQuery()
    {
        using var http = Keys.Client(shared.Server.Address, "k");
        foreach (var topic in (string[])["..", ".", "stats.sales"])
        {
            (await http.PutAsync(Of($"topic?topic={topic}"), new StringContent("5"))).StatusCode.Should().Be(HttpStatusCode.OK, because: topic);
            var value = await GetAsync(http, $"topic?topic={topic}");
            ((string?)value["topic"]).Should().Be("$" + topic);
            ((int)value["value"]!).Should().Be(5);
        }
        (await GetAsync(http, "topics/stats.sales"))["version"]!.GetValue<int>().Should().Be(1);
    }

    [Theory]
    [InlineData("GET user", "user")]
    [InlineData("GET connections", "user")]
    [InlineData("DELETE connections", "user")]
    [InlineData("GET messages", "user")]
    [InlineData("PUT bans", "user")]
    [InlineData("DELETE bans", "user")]
    [InlineData("GET members", "room")]
    [InlineData("PUT members?room=a", "user")]
    [InlineData("DELETE members?user=a", "room")]
    [InlineData("PUT topic", "topic")]
    [InlineData("GET topic", "topic")]
    public async Task InvalidQueryParameters_Return400AndAreNamed(string call, string parameter)
    {
        using var http = Keys.Client(shared.Server.Address, "k");
        var join = call.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        (await DetailAsync(http, call)).Should().Be($"The query has no parameter {parameter}.");
        (await DetailAsync(http, $"{call}{join}{parameter}=a&{parameter}=b")).Should().Be($"The query has the parameter {parameter} more than once.");
        (await DetailAsync(http, $"{call}{join}{parameter}=caf%E9")).Should().Be($"The query parameter {parameter} is not percent-encoded UTF-8.");
        (await DetailAsync(http, $"{call}{join}{parameter}=")).Should().MatchRegex("is not a valid name");
        (await DetailAsync(http, $"{call}{join}{parameter}=a%3Ab")).Should().Contain("U+003A");
    }

    [Theory]
    [InlineData("users?prefix=caf%E9", "prefix")]
    [InlineData("users?prefix=a&prefix=b", "prefix")]
    [InlineData("users?limit=1&limit=2", "limit")]
    [InlineData("messages?user=alice&after=%FF", "after")]
    public async Task OtherQueryParameters_AreReadByTheSameRules(string call, string parameter)
    {
        using var http = Keys.Client(shared.Server.Address, "k");
        (await DetailAsync(http, "GET " + call)).Should().Contain($" parameter {parameter} ");
    }

    [Fact]
    public async Task BytesThatAreNotAscii_AreRefusedInTheTarget() =>
        RawRequest.StatusOf(await AskAsync("GET /api/v1/user?user=caf\u00e9")).Should().Be(400);

    [Theory]
    [InlineData("PUT", "bans/..", "/bans?user=")]
    [InlineData("PUT", "bans/%2E%2e", "/bans?user=")]
    [InlineData("PUT", "bans/.", "/bans?user=")]
    [InlineData("PUT", "bans/../bans/alice", "/bans?user=")]
    [InlineData("PUT", "bans/x/../alice", "/bans?user=")]
    [InlineData("PUT", "bans/..%2Fbans%2Falice", "/bans?user=")]
    [InlineData("PUT", "bans/..%5Calice", "/bans?user=")]
    [InlineData("PUT", "bans/a%2Fb", "/bans?user=")]
    [InlineData("PUT", "bans/a%5Cb", "/bans?user=")]
    [InlineData("PUT", "bans/a\\b", "/bans?user=")]
    [InlineData("PUT", "bans/a%2541", "/bans?user=")]
    [InlineData("PUT", "bans/100%25", "/bans?user=")]
    [InlineData("DELETE", "bans/..", "/bans?user=")]
    [InlineData("GET", "users/..", "/user?user=")]
    [InlineData("GET", "users/../connections", "/connections?user=")]
    [InlineData("DELETE", "users/a%2Fb/connections", "/connections?user=")]
    [InlineData("GET", "users/a%2Fb/messages", "/messages?user=")]
    [InlineData("GET", "rooms/../members", "/members?room=")]
    [InlineData("PUT", "rooms/a/members/..", "/members?room=&user=")]
    [InlineData("PUT", "rooms/a%2Fb/members/c", "/members?room=&user=")]
    [InlineData("GET", "topics/..", "/topic?topic=")]
    [InlineData("GET", "users/../../..", "/user?user=")]
    public async Task PathForm_RefusesNamesThatPathsCannotCarry(string method, string path, string form)
    {
        var answer = await AskAsync($"{method} /api/v1/{path}");
        RawRequest.StatusOf(answer).Should().Be(400);
        answer.Should().Contain("\"bad_request\"").And.Contain($"Use {method} /api/v1{form} instead.");
        using var http = Keys.Client(shared.Server.Address, "k");
        (await GetAsync(http, "user?user=alice"))["banned"]!.GetValue<bool>().Should().BeFalse();
    }

    [Fact]
    public async Task DotSegmentsBeforeTheApi_AreRefusedToo()
    {
        var answer = await AskAsync("PUT /api/./v1/bans/x/../alice");
        RawRequest.StatusOf(answer).Should().Be(400);
        answer.Should().Contain("\"bad_request\"");
        using var http = Keys.Client(shared.Server.Address, "k");
        (await GetAsync(http, "user?user=alice"))["banned"]!.GetValue<bool>().Should().BeFalse();
    }

    [Theory]
    [InlineData("..a", "..a")]
    [InlineData("a b", "a%20b")]
    [InlineData("?&=+", "%3F%26=+")]
    [InlineData("ünï😀", "%C3%BCn%C3%AF%F0%9F%98%80")]
    public async Task PathForm_AcceptsOtherNames(string user, string encoded)
    {
        RawRequest.StatusOf(await AskAsync($"PUT /api/v1/bans/{encoded}")).Should().Be(204);
        using var http = Keys.Client(shared.Server.Address, "k");
        (await GetAsync(http, $"user?user={Uri.EscapeDataString(user)}"))["banned"]!.GetValue<bool>().Should().BeTrue();
    }

    /// <summary>Makes every call that names the user, and checks that it reaches this user only.</summary>
    internal static async Task RoundTripAsync(HttpClient http, string user)
    {
        var name = Uri.EscapeDataString(user);
        (await http.PutAsync(Of($"members?room={name}&user={name}"), null)).StatusCode.Should().Be(HttpStatusCode.NoContent, because: user);
        Names(await GetAsync(http, $"members?room={name}"), "members").Should().Equal([user], because: user);
        (await http.PostAsJsonAsync("/api/v1/messages", new { to = user, content = "hi " + user })).StatusCode.Should().Be(HttpStatusCode.Created);
        ((string?)(await GetAsync(http, $"messages?user={name}&limit=1"))["messages"]![0]!["content"]).Should().Be("hi " + user);
        (await GetAsync(http, $"connections?user={name}"))["connections"]!.AsArray().Should().BeEmpty();
        ((int)(await JsonAsync(await http.DeleteAsync(Of($"connections?user={name}"))))["closed"]!).Should().Be(0);
        (await http.PutAsync(Of($"bans?user={name}"), null)).StatusCode.Should().Be(HttpStatusCode.NoContent, because: user);
        var banned = await GetAsync(http, $"user?user={name}");
        ((string?)banned["user"]).Should().Be(user);
        ((bool)banned["banned"]!).Should().BeTrue(because: user);
        (await http.DeleteAsync(Of($"bans?user={name}"))).StatusCode.Should().Be(HttpStatusCode.NoContent, because: user);
        ((bool)(await GetAsync(http, $"user?user={name}"))["banned"]!).Should().BeFalse(because: user);
        (await http.DeleteAsync(Of($"members?room={name}&user={name}"))).StatusCode.Should().Be(HttpStatusCode.NoContent, because: user);
        Names(await GetAsync(http, $"members?room={name}"), "members").Should().BeEmpty(because: user);
    }

    internal static async Task<JsonNode> GetAsync(HttpClient http, string call) => await JsonAsync(await http.GetAsync(Of(call)));

    private Task<string> AskAsync(string line) => RawRequest.SendAsync(shared.Server.Address, line, null, "Authorization: Bearer k");

    private static IEnumerable<string?> Names(JsonNode answer, string list) => answer[list]!.AsArray().Select(name => (string?)name);

    private static async Task<JsonNode> JsonAsync(HttpResponseMessage answer)
    {
        using (answer)
        {
            answer.StatusCode.Should().Be(HttpStatusCode.OK);
            return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        }
    }

    private static async Task<string> DetailAsync(HttpClient http, string call)
    {
        using var request = new HttpRequestMessage(new HttpMethod(call.Split(' ')[0]), Of(call.Split(' ')[1]));
        using var answer = await http.SendAsync(request);
        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest, because: call);
        return (await answer.Content.ReadFromJsonAsync<Problem>())!.Detail;
    }

    private static Uri Of(string call) => new($"/api/v1/{call}", UriKind.Relative);

    public sealed class OfficeServer() : SharedServer(Office);
}
