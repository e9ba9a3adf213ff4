using System.Net;
using System.Net.Sockets;
using System.Text;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Raw;

public sealed class HandshakeTests : ServerTest
{
    private const string Upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\n";
    private const string Key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    private const string Version = "Sec-WebSocket-Version: 13\r\n";

    [Theory]
    [InlineData("/api/home/connect")]
    [InlineData("/Api/Home/Connect")]
    [InlineData("/API/HOME/CONNECT")]
    [InlineData("/api/home/connect/")]
    public async Task Path_IgnoresCaseAndATrailingSlash(string path)
    {
        await using var alice = await RawClient.ConnectAsync(Server.Address, path: path);
        await alice.SendAsync("alice:alice:hi");
        (await alice.ReceiveAsync()).Should().Be("alice:hi");
    }

    [Fact]
    public async Task UnknownSubprotocols_AreAcceptedAndNoneIsChosen()
    {
        await using var alice = await RawClient.ConnectAsync(
            Server.Address, subprotocols: ["chat", "mqtt", .. Enumerable.Range(0, 100).Select(i => $"token-{i}")]);
        alice.Subprotocol.Should().BeNull();
        await alice.SendAsync("alice:alice:hi");
        (await alice.ReceiveAsync()).Should().Be("alice:hi");
    }

    [Theory]
    [InlineData("")]
    [InlineData(Upgrade)]
    [InlineData("Connection: Upgrade\r\nUpgrade: h2c\r\n" + Key + Version)]
    public async Task GetWithoutAHandshake_Returns426WithInstructions(string headers)
    {
        var answer = await RequestAsync("GET", headers);
        answer[0].Should().StartWith("HTTP/1.1 426");
        answer.Should().Contain("Upgrade: websocket");
        answer[^1].Should().NotBeEmpty(because: "the body tells a person what to do");
    }

    [Fact]
    public async Task OldVersion_Returns426WithTheSupportedVersion()
    {
        var answer = await RequestAsync("GET", Upgrade + Key + "Sec-WebSocket-Version: 8\r\n");
        answer[0].Should().StartWith("HTTP/1.1 426");
        answer.Should().Contain("Sec-WebSocket-Version: 13");
    }

    [Theory]
    [InlineData(Upgrade + Version)]
    [InlineData(Upgrade + Version + "Sec-WebSocket-Key: short\r\n")]
    [InlineData(Upgrade + Version + "Sec-WebSocket-Key: not base64 at all!!!!!!==\r\n")]
    [InlineData(Upgrade + Version + Key + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n")]
    public async Task InvalidKey_Returns400(string headers) => (await RequestAsync("GET", headers))[0].Should().StartWith("HTTP/1.1 400");

    [Theory]
    [InlineData("POST", "")]
    [InlineData("POST", Upgrade + Key + Version)]
    [InlineData("DELETE", "")]
    public async Task OtherMethods_Return405(string method, string headers)
    {
        var answer = await RequestAsync(method, headers);
        answer[0].Should().StartWith($"HTTP/1.1 {(int)HttpStatusCode.MethodNotAllowed}");
        answer.Should().Contain("Allow: GET");
    }

    /// <summary>Returns the lines of the answer: status, headers, body.</summary>
    private async Task<List<string>> RequestAsync(string method, string headers)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(Server.Address.Host, Server.Address.Port);
        await tcp.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"{method} /api/home/connect HTTP/1.1\r\nHost: x\r\n{headers}Content-Length: 0\r\n\r\n"));
        using var reader = new StreamReader(tcp.GetStream());
        var lines = new List<string>();
        while (await LineAsync() is { Length: > 0 } line)
            lines.Add(line);
        lines.Add(lines.Contains("Transfer-Encoding: chunked") && await LineAsync() is not null ? await LineAsync() ?? "" : "");
        return lines;

        Task<string?> LineAsync() => Wait.ForAsync(reader.ReadLineAsync(), "The answer", () => Server.LogText);
    }
}
