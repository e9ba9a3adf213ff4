using System.Net.Sockets;
using System.Text;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Hubs;

/// <summary>Input that no stock client sends over a hub connection is answered or ends it, and disturbs no other connection.</summary>
[Trait("Duration", "Long")]
public sealed class HostileHubTests : IAsyncLifetime
{
    private const string Handshake = "{\"protocol\":\"json\",\"version\":1}\u001e";

    private TestServer server = null!;
    private HubClient control = null!;

    public async Task InitializeAsync()
    {
        server = await TestServer.StartAsync(new() { ["Chat:Messaging:MaxFrameBytes"] = "4096" });
        control = await server.HubAsync("control");
    }

    public async Task DisposeAsync()
    {
        await control.SendAsync("control", "untouched");
        (await control.ReceiveAsync()).Offset.Should().Be(1, because: "nothing else was stored");
        await server.DisposeAsync();
    }

    [Theory]
    [InlineData("nonsense\u001e")]
    [InlineData("{\"protocol\":\"x\",\"version\":1}\u001e")]
    [InlineData("{\"protocol\":\"json\",\"version\":99}\u001e")]
    [InlineData("{\"version\":1}\u001e")]
    [InlineData("[]\u001e")]
    public async Task BadHandshake_IsAnsweredWithAnErrorAndAClose(string handshake)
    {
        await using var client = await server.TcpAsync("/chat?userid=mallory");
        await client.SendAsync(RawTcpClient.Frame(handshake));
        var answers = new List<string>();
        await client.ReceiveCloseAsync(answers.Add);
        answers.Should().ContainSingle().Which.Should().Contain("\"error\"").And.NotContain("Exception");
    }

    [Theory]
    [InlineData("""{"type":2,"invocationId":"1","item":1}""")] // an item of an unknown stream
    [InlineData("""{"type":3,"invocationId":"1","result":1}""")] // a completion of an unknown call
    [InlineData("""{"type":5,"invocationId":"1"}""")] // a cancellation of an unknown call
    [InlineData("""{"type":8,"sequenceId":999}""")] // stateful reconnect, which is not supported
    [InlineData("""{"type":9,"sequenceId":999}""")]
    [InlineData("""{"type":1,"target":"NoSuchMethod","arguments":[]}""")] // a call without an id gets no answer
    [InlineData("""{"type":1,"target":"Send","arguments":[{"to":"control","content":{"deep":[[[[[[[[]]]]]]]]}}]}""")]
    [InlineData("""{"type":1,"target":"Send","arguments":[null]}""")]
    public async Task MeaninglessMessage_IsIgnored(string message)
    {
        await using var client = await OpenAsync();
        await client.SendAsync(RawTcpClient.Frame(message + "\u001e"));
        (await AskAsync(client, """{"type":1,"invocationId":"last","target":"Send","arguments":[{"to":"mallory","content":"still here"}]}""")).Should().Contain("\"result\"");
    }

    [Theory]
    [InlineData("""{"type":4,"invocationId":"last","target":"Send","arguments":[{"to":"control","content":"x"}]}""", "error")] // as a stream
    [InlineData("""{"type":1,"invocationId":"last","target":"Send","arguments":[]}""", "bad_request: ")]
    [InlineData("""{"type":1,"invocationId":"last","target":"Send","arguments":[1,2,3]}""", "bad_request: ")]
    [InlineData("""{"type":1,"invocationId":"last","target":"Send","arguments":["text"]}""", "bad_request: ")]
    [InlineData("""{"type":1,"invocationId":"last","target":"OnConnectedAsync","arguments":[]}""", "bad_request: ")]
    [InlineData("""{"type":1,"invocationId":"last","target":"Resume","arguments":[{"positions":{"control":"x.1"}}]}""", "forbidden: ")]
    [InlineData("""{"type":1,"invocationId":"last","target":"Read","arguments":[{"stream":"control"}]}""", "forbidden: ")]
    [InlineData("""{"type":1,"invocationId":"last","target":"Send","arguments":[{"to":"mallory","content":"x","from":"control"}]}""", "\"stream\":\"mallory\"")]
    public async Task InvalidCall_IsRefusedAndTheConnectionStays(string call, string answer)
    {
        await using var client = await OpenAsync();
        (await AskAsync(client, call)).Should().Contain(answer).And.NotContain("System.");
        (await AskAsync(client, """{"type":1,"invocationId":"last","target":"Confirm","arguments":[{"stream":"mallory","position":"nonsense"}]}""")).Should().Contain("bad_request: ");
    }

    // In a binary message: the WebSocket itself checks text messages.
    [Fact]
    public async Task ContentThatIsNotUtf8_IsRefusedAndNotStored()
    {
        await using var client = await OpenAsync();
        await client.SendAsync(RawTcpClient.Frame(Encoding.Latin1.GetBytes(
            "{\"type\":1,\"invocationId\":\"first\",\"target\":\"Send\",\"arguments\":[{\"to\":\"mallory\",\"content\":\"caf\u00e9\"}]}\u001e"), opcode: 2));
        (await AskAsync(client, """{"type":1,"invocationId":"last","target":"Read","arguments":[{"stream":"mallory"}]}""")).Should().Contain("\"messages\":[]");
    }

    [Fact]
    public async Task LongMethodName_IsRefusedAndNotLogged()
    {
        await using var client = await OpenAsync();
        var name = new string('n', 10_000);
        (await AskAsync(client, $$"""{"type":1,"invocationId":"last","target":"{{name}}","arguments":[]}""")).Should().Contain("bad_request: ");
        server.LogText.Should().NotContain(name);
    }

    [Fact]
    public async Task DuplicateInvocationId_LeavesTheConnectionWorking()
    {
        await using var client = await OpenAsync();
        const string call = """{"type":1,"invocationId":"last","target":"Send","arguments":[{"to":"mallory","content":"x"}]}""";
        await client.SendAsync(RawTcpClient.Frame($"{call}\u001e{call}\u001e{{\"type\":5,\"invocationId\":\"last\"}}\u001e"));
        (await AskAsync(client, """{"type":1,"invocationId":"other","target":"Send","arguments":[{"to":"mallory","content":"y"}]}""", "other")).Should().Contain("\"result\"");
    }

    [Fact]
    public async Task EndlessMessage_EndsTheConnection()
    {
        await using var client = await OpenAsync();
        for (var i = 0; i < 8; i++)
            await client.SendAsync(RawTcpClient.Frame(new string('x', 4096)));
        var received = new List<string>();
        await client.ReceiveCloseAsync(received.Add);
        string.Concat(received).Should().Contain("\"type\":7");
    }

    [Fact]
    public async Task ConnectionWithoutAHandshake_IsClosed()
    {
        using var counted = new CounterWatch(server, "chat.hub.no_handshake");
        await using var client = await server.TcpAsync("/chat?userid=mallory");
        (await client.ReceiveCloseAsync()).Should().NotBe(1006);
        await counted.CountedAsync();
    }

    [Fact]
    public async Task EndlessHeaders_Return408()
    {
        // The program sets this limit of Kestrel, not the library.
        await using var process = new ServerProcess();
        await process.StartAsync();
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(process.Address.Host, process.Address.Port);
        await tcp.GetStream().WriteAsync(Encoding.ASCII.GetBytes("GET /chat HTTP/1.1\r\nHost: x\r\nX-Drip: "));
        var answer = await Wait.ForAsync(new StreamReader(tcp.GetStream()).ReadToEndAsync(), "The end of the connection", () => process.Output);
        answer.Should().StartWith("HTTP/1.1 408");
    }

    [Theory]
    [InlineData(200, 10)]
    [InlineData(1, 64 << 10)]
    public async Task TooManyOrTooLongHeaders_Return431(int count, int length)
    {
        var headers = string.Concat(Enumerable.Range(0, count).Select(i => $"X-{i}: {new string('x', length)}\r\n"));
        (await AnswerAsync($"GET /chat HTTP/1.1\r\nHost: x\r\n{headers}\r\n")).Should().StartWith("HTTP/1.1 431");
    }

    [Fact]
    public async Task BareLineFeedInAChunk_HidesNoSecondRequest() =>
        (await AnswerAsync("POST /api/v1/messages HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2;\nxx\r\n26\r\n0\r\n\r\nGET /health/live HTTP/1.1\r\nHost: x\r\n\r\n\r\n0\r\n\r\n"))
            .Should().NotContain("200 OK");

    /// <summary>Returns all bytes that the server sends before it closes the connection.</summary>
    private async Task<string> AnswerAsync(string request)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(server.Address.Host, server.Address.Port);
        await tcp.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));
        return await Wait.ForAsync(new StreamReader(tcp.GetStream()).ReadToEndAsync(), "The end of the connection");
    }

    private async Task<RawTcpClient> OpenAsync()
    {
        var client = await server.TcpAsync("/chat?userid=mallory");
        await client.SendAsync(RawTcpClient.Frame(Handshake));
        return client;
    }

    /// <summary>Sends a call, and returns the completion with the given id.</summary>
    private static async Task<string> AskAsync(RawTcpClient client, string call, string id = "last")
    {
        await client.SendAsync(RawTcpClient.Frame(call + "\u001e"));
        var text = "";
        // The limit ends the loop: the hub sends a ping every 15 s without end.
        for (var frames = 0; frames < 10 && await client.ReceiveAsync() is { Opcode: not 8 } frame; frames++)
        {
            var messages = (text + Encoding.UTF8.GetString(frame.Payload)).Split('\u001e');
            text = messages[^1];
            if (messages[..^1].FirstOrDefault(message => message.Contains("\"type\":3", StringComparison.Ordinal)
                    && message.Contains($"\"invocationId\":\"{id}\"", StringComparison.Ordinal)) is { } answer)
                return answer;
        }
        throw new InvalidOperationException("No answer came.");
    }
}
