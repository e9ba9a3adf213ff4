using System.Net;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Identity;

/// <summary>A token may be 8 KiB long, wherever it is presented.</summary>
public sealed class TokenSizeTests() : OnOneServer(Tokens.Settings)
{
    private const int MaxBytes = 8192;

    [Theory]
    [InlineData("query")]
    [InlineData("percent-encoded query")]
    [InlineData("header")]
    [InlineData("cookie")]
    public async Task TokenAtTheLimit_IsTaken(string place)
    {
        var token = Tokens.OfLength("alice", MaxBytes);
        (await NegotiateAsync(token, place)).Status.Should().Be(HttpStatusCode.OK);
        await using var hub = await HubClient.ConnectAsync(Server.Address, "", log: () => Server.LogText, token: () => token);
        await using var raw = await RawAsync(token, place);
        await hub.SendAsync("alice", "hi");
        (await raw.ReceiveAsync()).Should().Be("alice:hi");
    }

    [Theory]
    [InlineData("query", 1)]
    [InlineData("header", 1)]
    [InlineData("cookie", 1)]
    [InlineData("query", 16 << 10)]
    [InlineData("header", 16 << 10)]
    [InlineData("cookie", 16 << 10)]
    public async Task LongerToken_IsRefusedWithTheLimit(string place, int more)
    {
        var token = Tokens.OfLength("alice", MaxBytes + more);
        var (status, text) = await NegotiateAsync(token, place);
        status.Should().Be(HttpStatusCode.Unauthorized);
        text.Should().Be("unauthenticated: The token is longer than 8192 bytes.");
        await using var raw = await RawAsync(token, place);
        (await raw.ReceiveCloseAsync()).Should().Be(4401);
    }

    private async Task<(HttpStatusCode Status, string Text)> NegotiateAsync(string token, string place)
    {
        using var http = Server.Http();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/chat/negotiate?negotiateVersion=1{Query(token, place)}");
        foreach (var (name, value) in Headers(token, place))
            request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await http.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private Task<RawClient> RawAsync(string token, string place) =>
        RawClient.ConnectAsync(Server.Address, $"?x=1{Query(token, place)}", log: () => Server.LogText, headers: Headers(token, place));

    // A client that encodes more than it must. More than half of a token in three bytes each is more than any does.
    private static string Query(string token, string place) => place switch
    {
        "query" => $"&access_token={token}",
        "percent-encoded query" => "&access_token=" + token.Replace("e", "%65", StringComparison.Ordinal).Replace(".", "%2E", StringComparison.Ordinal).Replace("x", "%78", StringComparison.Ordinal),
        _ => "",
    };

    private List<(string, string)> Headers(string token, string place) => place switch
    {
        "header" => [("Authorization", $"Bearer {token}")],
        "cookie" => [("Cookie", $"session={token}"), ("Origin", Server.Address.GetLeftPart(UriPartial.Authority))],
        _ => [],
    };
}
