using System.Net;
using Chat.Server.Tests.Push;
using Chat.Server.Tests.Running;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.IdentityModel.Tokens;

namespace Chat.Server.Tests.Identity;

/// <summary>In <c>Jwt</c> mode a caller is the subject of its token, in the query, a header or a cookie.</summary>
[Trait("Duration", "Long")]
public sealed class JwtTests() : ServerTest(Tokens.Settings)
{
    public static TheoryData<string, string> BadTokens { get; } = new()
    {
        { "nonsense", "a.b.c" },
        { "not signed", Tokens.Unsigned("alice") },
        { "signed with another key", Tokens.Of("alice", signedBy: Tokens.Signed("a key that another party has chosen")) },
        { "for another audience", Tokens.Of("alice", audience: "shop") },
        { "expired", Tokens.Of("alice", DateTimeOffset.UtcNow.AddSeconds(-45)) },
        { "not valid before tomorrow", Tokens.Of("alice", DateTimeOffset.UtcNow.AddDays(2), notBefore: DateTimeOffset.UtcNow.AddDays(1)) },
        { "with a path for a key", Tokens.Of("alice", signedBy: Tokens.Signed(new string('\0', 32), keyId: "../../../dev/null")) },
        { "with a key of its own", Tokens.Of("alice", signedBy: Tokens.Signed(new string('x', 32)), header: new() { ["jku"] = "https://attacker.example/keys" }) },
    };

    [Theory]
    [InlineData(HttpTransportType.WebSockets)]
    [InlineData(HttpTransportType.ServerSentEvents)]
    [InlineData(HttpTransportType.LongPolling)]
    public async Task HubCaller_IsTheTokensSubject(HttpTransportType transport)
    {
        await using var alice = await HubAsync("alice", claimed: "mallory", transport);
        await using var bob = await HubAsync("bob");
        (await alice.SendAsync("bob", "hi")).Stream.Should().Be("alice");
        (await bob.ReceiveAsync()).From.Should().Be("alice");
    }

    [Theory]
    [InlineData("query")]
    [InlineData("header")]
    [InlineData("cookie")]
    public async Task RawConnection_IsRegisteredByItsToken(string source)
    {
        await using var bob = await HubAsync("bob");
        await bob.SendAsync("alice", "waiting");
        await using var alice = await RawAsync(Tokens.Of("alice"), source);
        (await alice.ReceiveAsync()).Should().Be("bob:waiting");
        await alice.SendAsync("alice:bob:hi");
        (await bob.ReceiveAsync()).From.Should().Be("bob", because: "that is the copy for the sender");
        (await bob.ReceiveAsync()).From.Should().Be("alice");
        await alice.SendAsync("mallory:bob:hi");
        (await alice.ReceiveAsync()).Should().StartWith("system:error identity_mismatch ");
    }

    [Fact]
    public async Task AdminKeyAsToken_ConnectsAsItsName()
    {
        await using var server = await TestServer.StartAsync(new(Tokens.Settings.Concat(Keys.Settings(("k", "boss", ["admin"]), ("other", "shop", ["push", "topics"])))));
        await using var boss = await HubClient.ConnectAsync(server.Address, "mallory", token: () => "k");
        (await boss.SendAsync("alice", "hi")).Stream.Should().Be("boss");
        await boss.SubscribeAsync("$server.load");
        await using var alice = await HubClient.ConnectAsync(server.Address, "mallory", token: () => Tokens.Of("alice"));
        (await alice.ResumeAsync("alice")).Messages.Should().ContainSingle().Which.From.Should().Be("boss");
        await alice.Invoking(user => user.SubscribeAsync("$server.load")).Should().ThrowAsync<HubException>().WithMessage("*forbidden: *");
        var shop = () => HubClient.ConnectAsync(server.Address, "mallory", token: () => "other");
        (await shop.Should().ThrowAsync<HttpRequestException>()).Which.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        await using var raw = await server.RawAsync(query: "?access_token=k");
        await raw.SendAsync("boss:alice:from a socket");
        (await alice.ReceiveAsync()).From.Should().Be("boss");
    }

    [Theory]
    [MemberData(nameof(BadTokens))]
    public async Task BadToken_IsRefusedWithoutDetail(string what, string token)
    {
        await using var control = await HubAsync("control");
        using var http = Server.Http();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/chat/negotiate?negotiateVersion=1&userid=alice");
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        using var answer = await http.SendAsync(request);
        answer.StatusCode.Should().Be(HttpStatusCode.Unauthorized, because: what);
        (await answer.Content.ReadAsStringAsync()).Should().Be("unauthenticated: Present a valid token.");
        answer.Headers.WwwAuthenticate.ToString().Should().Be("Bearer");

        await using var raw = await RawAsync(token, "header");
        (await raw.ReceiveCloseAsync()).Should().Be(4401, because: what);
        (await control.SendAsync("control", "untouched")).Offset.Should().Be(1);
    }

    [Fact]
    public async Task MissingToken_IsRefused()
    {
        var own = Server.Address.GetLeftPart(UriPartial.Authority);
        await using var raw = await RawClient.ConnectAsync(Server.Address, "?userid=alice", log: () => Server.LogText, headers: [("Origin", own)]);
        (await raw.ReceiveCloseAsync()).Should().Be(4401);
        using var http = Server.Http();
        http.DefaultRequestHeaders.Add("Origin", own);
        (await http.PostAsync("/chat/negotiate?negotiateVersion=1&userid=alice", null)).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("")]
    [InlineData("&access_token=nonsense")]
    public async Task FramesAfterARefusedHandshake_AreIgnored(string token)
    {
        await using var bob = await HubAsync("bob");
        for (var round = 0; round < 20; round++)
        {
            await using var mallory = await Server.TcpAsync($"/api/home/connect?userid=alice{token}", origin: Server.Address.GetLeftPart(UriPartial.Authority));
            await mallory.SendAsync(RawTcpClient.Frame("alice:bob:forged"), RawTcpClient.Frame("bob::"));
            (await mallory.ReceiveCloseAsync()).Should().Be(4401);
            mallory.End();
            await mallory.ReceiveCloseAsync();
        }
        (await bob.SendAsync("bob", "nothing came before")).Offset.Should().Be(1);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("auth0|x:1")]
    [InlineData("#room")]
    [InlineData("")]
    [InlineData("a very long subject, of more than the sixty-four characters that an id has")]
    public async Task InvalidSubject_IsABadUserId(string? subject)
    {
        using var http = Server.Http();
        using var answer = await http.PostAsync($"/chat/negotiate?negotiateVersion=1&access_token={Tokens.Of(subject)}", null);
        answer.StatusCode.Should().Be(HttpStatusCode.Forbidden);
        (await answer.Content.ReadAsStringAsync()).Should().StartWith("bad_user_id: ");
        await using var raw = await RawAsync(Tokens.Of(subject), "query");
        (await raw.ReceiveCloseAsync()).Should().Be(4401);
    }

    [Fact]
    public async Task ReservedSubject_IsForbidden()
    {
        using var http = Server.Http();
        using var answer = await http.PostAsync($"/chat/negotiate?negotiateVersion=1&access_token={Tokens.Of("system")}", null);
        answer.StatusCode.Should().Be(HttpStatusCode.Forbidden);
        (await answer.Content.ReadAsStringAsync()).Should().StartWith("forbidden: ");
    }

    [Fact]
    public async Task TokenExpiredWithinTheClockSkew_IsAccepted()
    {
        await using var alice = await HubAsync("alice", token: Tokens.Of("alice", DateTimeOffset.UtcNow.AddSeconds(-15)));
        (await alice.SendAsync("alice", "hi")).Offset.Should().Be(1);
    }

    [Fact]
    public async Task ClaimOfAToken_GrantsNoOperatorRights()
    {
        await using var alice = await HubAsync("alice", token: Tokens.Of("alice", claims: new() { ["operator"] = "true", ["scope"] = "admin" }));
        (await HubClient.RefusalAsync(() => alice.SubscribeAsync("$server.stats"))).Should().Be("forbidden");
        using var http = Keys.Client(Server.Address, Tokens.Of("alice", claims: new() { ["scope"] = "admin" }));
        (await http.GetAsync("/api/v1/users")).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task ProvidersPublicKey_SignsNoValidToken()
    {
        using var provider = new OpenIdProvider();
        await using var server = await TestServer.StartAsync(provider.Settings, environment: "Development");
        await using var alice = await HubClient.ConnectAsync(server.Address, "", token: () => provider.Token("alice"), log: () => server.LogText);
        (await alice.SendAsync("alice", "hi")).Stream.Should().Be("alice");
        using var http = server.Http();
        foreach (var token in (string[])
            [
                Tokens.Of("alice", signedBy: new SigningCredentials(new SymmetricSecurityKey(provider.PublicKey), SecurityAlgorithms.HmacSha256)),
                Tokens.Of("alice"),
                Tokens.Unsigned("alice"),
                provider.TokenOfAnotherKey("alice"),
            ])
            (await http.PostAsync($"/chat/negotiate?negotiateVersion=1&access_token={token}", null)).StatusCode.Should().Be(HttpStatusCode.Unauthorized);

        // Known keys stay valid while the provider is unreachable.
        provider.Stop();
        await using var bob = await HubClient.ConnectAsync(server.Address, "", token: () => provider.Token("bob"), log: () => server.LogText);
        await bob.SendAsync("alice", "hi");
    }

    private Task<HubClient> HubAsync(string user, string claimed = "", HttpTransportType transport = HttpTransportType.WebSockets, string? token = null) =>
        HubClient.ConnectAsync(Server.Address, claimed, transport, () => Server.LogText, () => token ?? Tokens.Of(user));

    private Task<RawClient> RawAsync(string token, string source) => RawClient.ConnectAsync(
        Server.Address,
        source == "query" ? $"?access_token={token}&userid=mallory" : "?userid=mallory",
        log: () => Server.LogText,
        headers: source == "header" ? [("Authorization", $"Bearer {token}")] : source == "cookie" ? [("Cookie", $"session={token}"), ("Origin", Server.Address.GetLeftPart(UriPartial.Authority))] : []);
}
