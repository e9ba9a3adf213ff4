using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.RawWebSockets;

/// <summary>Over HTTP/2 many sockets share one connection.</summary>
public sealed class Http2Tests() : OnOneServer(new() { ["Kestrel:EndpointDefaults:Protocols"] = "Http2" })
{
    [Fact]
    public async Task SocketsOfOneConnectionBelongToTheirOwnUsers()
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
}
