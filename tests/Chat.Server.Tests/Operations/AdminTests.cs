using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Chat.Server.Tests.Push;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Operations;

public sealed class AdminTests() : ServerTest(new(Keys.Settings(("k", "office", ["push", "rooms", "admin", "topics"]), ("topics-key", "shop", ["topics"])))
{
    ["Chat:Rooms:Open"] = "false",
})
{
    [Fact]
    public async Task BackEnd_AddsAndRemovesMembers()
    {
        using var http = Keys.Client(Server.Address, "k");
        var alice = await Server.HubAsync("alice");
        for (var i = 0; i < 2; i++)
            (await http.PutAsync(Of("rooms/garden/members/alice"), null)).StatusCode.Should().Be(HttpStatusCode.NoContent);
        (await http.PutAsync(Of("rooms/garden/members/bob"), null)).StatusCode.Should().Be(HttpStatusCode.NoContent);
        (await GetAsync(http, "rooms/garden/members")).Should().Be("""{"members":["alice","bob"]}""");
        await alice.SendAsync("#garden", "hi");
        (await alice.ReceiveAsync()).Content.Should().Be("hi");
        for (var i = 0; i < 2; i++)
            (await http.DeleteAsync(Of("rooms/garden/members/alice"))).StatusCode.Should().Be(HttpStatusCode.NoContent);
        (await HubClient.RefusalAsync(() => alice.SendAsync("#garden", "hi"))).Should().Be("forbidden");
        (await GetAsync(http, "rooms/garden/members")).Should().Be("""{"members":["bob"]}""");
        (await GetAsync(http, "rooms/nowhere/members")).Should().Be("""{"members":[]}""");
    }

    [Theory]
    [InlineData("a b-ü😀41", "a%20b-%C3%BC%F0%9F%98%8041")]
    [InlineData("..a", "..a")]
    [InlineData("?&=+", "%3F%26=+")]
    public async Task NamesInPaths_ArePercentEncoded(string user, string encoded)
    {
        using var http = Keys.Client(Server.Address, "k");
        (await http.PutAsync(Of($"rooms/{encoded}/members/{encoded}"), null)).StatusCode.Should().Be(HttpStatusCode.NoContent);
        var members = JsonNode.Parse(await GetAsync(http, $"rooms/{encoded}/members"))!["members"]!.AsArray();
        members.Select(member => (string?)member).Should().Equal(user);
        ((string?)JsonNode.Parse(await GetAsync(http, $"users/{encoded}"))!["user"]).Should().Be(user);
        ((string?)JsonNode.Parse(await GetAsync(http, $"users/{encoded}/"))!["user"]).Should().Be(user);
        var client = await Server.HubAsync(user);
        await client.SendAsync("#" + user, "hi");
        (await client.ReceiveAsync()).Stream.Should().Be("#" + user);
    }

    [Theory]
    [InlineData("users/%FF")]
    [InlineData("users/a%3Ab")]
    [InlineData("users/%23a")]
    [InlineData("rooms/%20/members")]
    [InlineData("users?limit=0")]
    [InlineData("users?limit=501")]
    [InlineData("users?limit=x")]
    [InlineData("users/alice/messages?after=x")]
    [InlineData("users/alice/messages?limit=-1")]
    public async Task InvalidParameters_Return400(string path)
    {
        using var http = Keys.Client(Server.Address, "k");
        using var answer = await http.GetAsync(Of(path));
        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await answer.Content.ReadFromJsonAsync<Protocol.Problem>())!.Code.Should().StartWith("bad_");
    }

    [Fact]
    public async Task Users_AreListedWithConnectionsAndPositions()
    {
        using var http = Keys.Client(Server.Address, "k");
        var alice = await Server.HubAsync("alice");
        var receipts = new List<Protocol.Receipt>();
        foreach (var to in (string[])["bob", "böb", "anna", "bob"])
            receipts.Add(await alice.SendAsync(to, "hi"));
        await http.PostAsJsonAsync("/api/v1/messages", new { to = "#b", content = "rooms are no users" });
        var raw = await Server.RawAsync(query: "?userid=bert");
        await raw.SendAsync("bert:bert:hi");
        await raw.ReceiveAsync();
        await Server.HubAsync("bea");
        (await GetAsync(http, "users")).Should().Be("""{"users":["alice","anna","bea","bert","bob","böb"]}""");
        (await GetAsync(http, "users?prefix=b&limit=3")).Should().Be("""{"users":["bea","bert","bob"]}""");
        (await GetAsync(http, "users?prefix=b%C3%B6")).Should().Be("""{"users":["böb"]}""");
        var epoch = receipts[0].Position.Split('.')[0];
        (await GetAsync(http, "users/alice")).Should().Be($$"""{"user":"alice","online":true,"connections":1,"head":"{{epoch}}.4","confirmed":"{{epoch}}.0","banned":false}""");
        (await GetAsync(http, "users/nobody")).Should().Be($$"""{"user":"nobody","online":false,"connections":0,"head":"{{epoch}}.0","confirmed":"{{epoch}}.0","banned":false}""");
        var newest = JsonNode.Parse(await GetAsync(http, "users/alice/messages?limit=1"))!;
        ((bool)newest["more"]!).Should().BeTrue();
        ((string?)newest["messages"]![0]!["position"]).Should().Be(receipts[3].Position);
        JsonNode.Parse(await GetAsync(http, $"users/alice/messages?after={receipts[1].Position}"))!["messages"]!.AsArray().Should().HaveCount(2);
    }

    [Fact]
    public async Task ServerTopic_NeedsAnAdminKey()
    {
        using var http = Keys.Client(Server.Address, "topics-key");
        (await http.PutAsync(Of("topics/server.load"), new StringContent("1"))).StatusCode.Should().Be(HttpStatusCode.Forbidden);
        (await http.GetAsync(Of("topics/server.load"))).StatusCode.Should().Be(HttpStatusCode.Forbidden);
        (await http.GetAsync(Of("topics/servers"))).StatusCode.Should().Be(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task AdminKey_ReceivesServerTopics()
    {
        using var http = Keys.Client(Server.Address, "k");
        (await http.PutAsync(Of("topics/server.load"), new StringContent("0.5"))).StatusCode.Should().Be(HttpStatusCode.OK);
        var raw = await Server.RawAsync(query: "?access_token=k");
        await raw.SendAsync("op:$server.load:");
        (await raw.ReceiveAsync()).Should().Be("$server.load:0.5");
        var other = await Server.RawAsync(query: "?userid=op&access_token=topics-key");
        await other.SendAsync("op:$server.load:");
        (await other.ReceiveAsync()).Should().StartWith("system:error forbidden ");
    }

    [Fact]
    public async Task Topic_IsReadAndReplacedOverHttp()
    {
        using var http = Keys.Client(Server.Address, "topics-key");
        var alice = await Server.HubAsync("alice");
        await alice.SubscribeAsync("$stats.sales");
        (await (await http.PutAsync(Of("topics/stats.sales"), new StringContent("""{ "today" : 5 }"""))).Content.ReadAsStringAsync()).Should().Be("""{"version":1,"subscribers":1}""");
        (await alice.ReceiveValueAsync()).Version.Should().Be(1);
        (await GetAsync(http, "topics/stats.sales")).Should().MatchRegex("""^\{"topic":"\$stats\.sales","value":\{"today":5\},"version":1,"publishedAt":"[^"]+Z"\}$""");
        foreach (var (ifVersion, status) in (List<(string, HttpStatusCode)>)[("0", HttpStatusCode.PreconditionFailed), ("x", HttpStatusCode.BadRequest), ("1", HttpStatusCode.OK), ("1", HttpStatusCode.PreconditionFailed)])
        {
            using var request = new HttpRequestMessage(HttpMethod.Put, Of("topics/stats.sales")) { Content = new StringContent("6") };
            request.Headers.Add("If-Version", ifVersion);
            (await http.SendAsync(request)).StatusCode.Should().Be(status);
        }
        (await http.PutAsync(Of("topics/stats.sales"), new StringContent("{"))).StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await http.PutAsync(Of("topics/stats.sales"), new StringContent("\"" + new string('x', 65_536) + "\""))).StatusCode.Should().Be(HttpStatusCode.RequestEntityTooLarge);
        (await alice.SubscribeAsync("$stats.sales"))!.Version.Should().Be(2);
    }

    private static Uri Of(string path) => new($"/api/v1/{path}", UriKind.Relative);

    private static async Task<string> GetAsync(HttpClient http, string path)
    {
        using var answer = await http.GetAsync(Of(path));
        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        return await answer.Content.ReadAsStringAsync();
    }
}
