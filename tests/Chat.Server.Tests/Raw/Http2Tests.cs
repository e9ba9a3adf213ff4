using System.Net.WebSockets;
using Chat.Server.Tests.Identity;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Raw;

/// <summary>Over HTTP/2 many sockets share one connection.</summary>
public sealed class Http2Tests() : ServerTest(new() { ["Kestrel:EndpointDefaults:Protocols"] = "Http2" })
{
    [Fact]
    public async Task SocketsOfOneConnection_BelongToTheirOwnUsers()
    {
        using var http2 = new HttpMessageInvoker(new SocketsHttpHandler());
        var users = Enumerable.Range(0, 10).Select(i => $"user{i}").ToList();
        var sockets = new List<RawClient>();
        foreach (var user in users)
        {
            sockets.Add(await RawClient.ConnectAsync(Server.Address, $"?userid={user}", http2: http2));
            await sockets[^1].SendAsync($"{user}:{user}:here");
            (await sockets[^1].ReceiveAsync()).Should().Be($"{user}:here");
        }
        await sockets[0].CloseAsync();
        foreach (var user in users[1..])
            await sockets[1].SendAsync($"user1:{user}:for {user}");
        for (var i = 1; i < users.Count; i++)
        {
            (await sockets[i].ReceiveAsync()).Should().Be($"user1:for user{i}");
            (await sockets[i].CloseAsync()).Should().Be(1000);
            await sockets[i].DisposeAsync();
        }
    }

    [Fact]
    public async Task RefusalsOfHttp1_ApplyToHttp2()
    {
        await using var server = await TestServer.StartAsync(
            new(Tokens.Settings) { ["Kestrel:EndpointDefaults:Protocols"] = "Http2", ["Chat:Limits:ConnectionsPerUser"] = "1" });
        using var http2 = new HttpMessageInvoker(new SocketsHttpHandler());
        Task<RawClient> ConnectAsync(string? origin, string token) => RawClient.ConnectAsync(
            server.Address, http2: http2, headers: origin is null ? [("Cookie", $"session={token}")] : [("Cookie", $"session={token}"), ("Origin", origin)]);
        var (own, alice) = (server.Address.GetLeftPart(UriPartial.Authority), Tokens.Of("alice"));
        foreach (var origin in (string?[])["https://evil.example", "null", null])
            await FluentActions.Awaiting(() => ConnectAsync(origin, alice)).Should().ThrowAsync<WebSocketException>().WithMessage("*403*");
        await using var nobody = await ConnectAsync(own, "nonsense");
        (await nobody.ReceiveCloseAsync()).Should().Be(4401);
        await using var first = await ConnectAsync(own, alice);
        await first.SendAsync("alice:alice:here");
        (await first.ReceiveAsync()).Should().Be("alice:here");
        await using var second = await ConnectAsync(own, alice);
        (await second.ReceiveCloseAsync()).Should().Be(4429);
    }
}
