using System.Net;
using System.Text;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.RawWebSockets;

public sealed class ConnectionTests : IAsyncLifetime
{
    private TestServer server = null!;

    public async Task InitializeAsync() => server = await TestServer.StartAsync(new() { ["Chat:RawWebSocket:RegisterTimeout"] = "00:00:02" });

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task AConnectionThatNeverRegistersIsEnded()
    {
        var quiet = await server.RawAsync();
        var registered = await server.RawAsync("alice");
        await quiet.SendAsync("nonsense");
        (await quiet.ReceiveCloseAsync()).Should().Be(4408);
        await registered.SendAsync("alice:alice:still here");
        (await registered.ReceiveAsync()).Should().Be("alice:still here");
    }

    [Fact]
    public async Task ACleanCloseMeansThatEverythingIsStored()
    {
        var alice = await server.RawAsync();
        for (var i = 0; i < 300; i++)
            await alice.SendAsync($"alice:bob:{i}");
        (await alice.CloseAsync()).Should().Be(1000);
        (await (await server.HubAsync("bob")).ResumeAsync("bob")).Messages.Select(m => m.Content).Should().Equal(Enumerable.Range(0, 300).Select(i => $"{i}"));
    }

    [Fact]
    public async Task ACloseWithoutACodeIsAnsweredToo()
    {
        var tcp = await server.TcpAsync();
        await tcp.SendAsync(RawTcpClient.Frame("alice:bob:x"), RawTcpClient.Frame([], opcode: 8));
        (await tcp.ReceiveCloseAsync()).Should().Be(1000);
    }

    [Fact]
    public async Task AConnectionThatVanishesDoesNotTakeWhatItSentWithIt()
    {
        var bob = await server.RawAsync("bob");
        var tcp = await server.TcpAsync();
        await tcp.SendAsync(RawTcpClient.Frame("alice:bob:last words"));
        (await bob.ReceiveAsync()).Should().Be("alice:last words");
        tcp.Reset();
        var alice = await server.RawAsync();
        await alice.SendAsync("alice:bob:again");
        (await bob.ReceiveAsync()).Should().Be("alice:again");
    }

    [Fact]
    public async Task AnInvalidUserAtTheUpgradeIsRefusedAndAFrameMayRegister()
    {
        var alice = await server.RawAsync(query: "?userid=a%3Ab");
        (await alice.ReceiveAsync()).Should().StartWith("system:error bad_user_id ");
        await alice.SendAsync("alice:alice:hi");
        (await alice.ReceiveAsync()).Should().Be("alice:hi");
    }

    [Theory]
    [InlineData("GET", "", HttpStatusCode.UpgradeRequired)]
    [InlineData("POST", "", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 8\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", HttpStatusCode.UpgradeRequired)]
    [InlineData("GET", "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: short\r\n", HttpStatusCode.BadRequest)]
    public async Task WhatIsNoHandshakeIsExplained(string method, string headers, HttpStatusCode expected)
    {
        using var tcp = new System.Net.Sockets.TcpClient();
        await tcp.ConnectAsync(server.Address.Host, server.Address.Port);
        var stream = tcp.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{method} /API/Home/Connect HTTP/1.1\r\nHost: x\r\n{headers}{(headers.Length == 0 ? "Connection: close\r\n" : "")}Content-Length: 0\r\n\r\n"));
        using var reader = new StreamReader(stream);
        var head = new List<string>();
        while (await Wait.ForAsync(reader.ReadLineAsync(), "The answer") is { Length: > 0 } line)
            head.Add(line);
        head[0].Should().StartWith($"HTTP/1.1 {(int)expected}");
        if (expected == HttpStatusCode.UpgradeRequired)
            head.Should().Contain("Upgrade: websocket");
        if (headers.Contains("Version: 8", StringComparison.Ordinal))
            head.Should().Contain("Sec-WebSocket-Version: 13");
    }
}
