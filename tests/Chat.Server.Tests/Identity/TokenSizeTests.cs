using System.Net;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Identity;

/// <summary>A token may have 8 KiB, in the query, a header or a cookie.</summary>
public sealed class TokenSizeTests() : ServerTest(Tokens.Settings)
{
    private const int MaxBytes = 8192;

    [Theory]
    [InlineData("query")]
    [InlineData("percent-encoded query")]
    [InlineData("header")]
    [InlineData("cookie")]
    public async Task TokenAtTheLimit_IsAccepted(string source)
    {
        var token = Tokens.OfLength("alice", MaxBytes);
        (await NegotiateAsync(token, source)).Status.Should().Be(HttpStatusCode.OK);
        await using var hub = await HubClient.ConnectAsync(Server.Address, "", log: () => Server.LogText, token: () => token);
        await using var raw = await RawAsync(token, source);
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
    public async Task LongerToken_IsRefusedWithTheLimit(string source, int more)
    {
        var token = Tokens.OfLength("alice", MaxBytes + more);
        var (status, text) = await NegotiateAsync(token, source);
        status.Should().Be(HttpStatusCode.Unauthorized);
        text.Should().Be("unauthenticated: The token is longer than 8192 bytes.");
        await using var raw = await RawAsync(token, source);
        (await raw.ReceiveCloseAsync()).Should().Be(4401);
    }

    private async Task<(HttpStatusCode Status, string Text)> NegotiateAsync(string token, string source)
    {
        using var http = Server.Http();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/chat/negotiate?negotiateVersion=1{Query(token, source)}");
        foreach (var (name, value) in Headers(token, source))
            request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await http.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private Task<RawClient> RawAsync(string token, string source) =>
        RawClient.ConnectAsync(Server.Address, $"?x=1{Query(token, source)}", log: () => Server.LogText, headers: Headers(token, source));

    // A client may encode more than necessary. Here more than half of the characters take three bytes, more than with any real client.
    private static string Query(string token, string source) => source switch
    {
        "query" => $"&access_token={token}",
        "percent-encoded query" => "&access_token=" + token.Replace("e", "%65", StringComparison.Ordinal).Replace(".", "%2E", StringComparison.Ordinal).Replace("x", "%78", StringComparison.Ordinal),
        _ => "",
    };

    private List<(string, string)> Headers(string token, string source) => source switch
    {
        "header" => [("Authorization", $"Bearer {token}")],
        "cookie" => [("Cookie", $"session={token}"), ("Origin", Server.Address.GetLeftPart(UriPartial.Authority))],
        _ => [],
    };
}
