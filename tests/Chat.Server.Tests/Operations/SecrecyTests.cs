using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Chat.Server.Tests.Identity;
using Chat.Server.Tests.Push;
using Chat.Server.Tests.Running;
using Microsoft.AspNetCore.Http.Connections;

namespace Chat.Server.Tests.Operations;

/// <summary>The log holds no content, token or key, at any log level.</summary>
public sealed class SecrecyTests
{
    private const string Content = "sEcReT";
    private const string ApiKey = "kEyOfThEsHoP";

    [Fact]
    public async Task BusyServer_LogsNoContentAndNoToken()
    {
        var settings = new Dictionary<string, string>(Tokens.Settings);
        foreach (var (key, value) in Keys.Settings((ApiKey, "shop", ["push", "topics", "admin", "rooms"])))
            settings[key] = value;
        await using var server = await TestServer.StartAsync(settings);
        var (alice, bob, mallory) = (Tokens.Of("alice"), Tokens.Of("bob"), Tokens.Of("mallory", signedBy: Tokens.Signed("a key that another party has chosen")));
        var own = server.Address.GetLeftPart(UriPartial.Authority);
        await using var raw = await RawClient.ConnectAsync(server.Address, $"?access_token={alice}", log: () => server.LogText);
        await using var byCookie = await RawClient.ConnectAsync(server.Address, headers: [("Cookie", $"session={bob}"), ("Origin", own)], log: () => server.LogText);
        foreach (var transport in (HttpTransportType[])[HttpTransportType.WebSockets, HttpTransportType.ServerSentEvents, HttpTransportType.LongPolling])
        {
            await using var hub = await HubClient.ConnectAsync(server.Address, "", transport, () => server.LogText, () => bob);
            await hub.SendAsync("alice", $"{Content} by {transport}");
            (await raw.ReceiveAsync()).Should().StartWith($"bob:{Content}");
            await hub.JoinAsync("#room");
            await hub.SendAsync("#room", Content);
            await hub.SubscribeAsync("$figure");
            await hub.RefreshAsync(bob);
            (await HubClient.RefusalAsync(() => hub.RefreshAsync(mallory))).Should().Be("unauthenticated");
            (await HubClient.RefusalAsync(() => hub.CallAsync<object>(Content, Content))).Should().Be("bad_request");
            (await HubClient.RefusalAsync(() => hub.CallAsync<object>("Send", new { to = new[] { Content }, content = Content }))).Should().Be("bad_request");
            (await hub.TrySendAsync($"{Content}:x", Content)).Should().Be("bad_recipient");
        }
        await raw.SendAsync($"{Content} that is no frame");
        await raw.SendAsync($"alice:bob:{Content}");
        await raw.SendAsync($"mallory:bob:{Content}");
        await raw.SendAsync(Encoding.UTF8.GetBytes($"alice:bob:{Content}\xff"));
        using (var push = Keys.Client(server.Address, ApiKey))
        {
            await push.PostAsync("/api/v1/messages", new StringContent($$"""{"to":"alice","content":"{{Content}}","id":"1"}"""));
            await push.PostAsync("/api/v1/messages", new StringContent($$"""{"to":"alice","content":{{Content}}}"""));
            await push.PutAsync("/api/v1/topics/figure", new StringContent($"\"{Content}\""));
            await push.GetAsync("/api/v1/users/alice/messages");
            push.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ApiKey + "x");
            await push.GetAsync("/api/v1/users");
            await push.PostAsync($"/chat/negotiate?negotiateVersion=1&access_token={mallory}", null);
        }
        await using (var tcp = await server.TcpAsync($"/api/home/connect?access_token={alice}"))
        {
            await tcp.SendAsync(RawTcpClient.Frame($"alice:bob:{Content}"), [0xFF, 0xFF], Encoding.UTF8.GetBytes(Content));
            await tcp.ReceiveCloseAsync();
        }

        server.LogText.Length.Should().BeGreaterThan(20_000, because: "everything is logged");
        // The first part of all tokens is the same.
        var partsOf = (string token) => token.Split('.')[1..];
        foreach (var secret in (string[])[Content, ApiKey, Tokens.Key, .. partsOf(alice), .. partsOf(bob), .. partsOf(mallory)])
            server.LogText.Split('\n').Where(line => line.Contains(secret, StringComparison.OrdinalIgnoreCase)).Should().BeEmpty();
    }

    [Theory]
    [InlineData("GET /chat?access_token=sEcReT x HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("GET /%00?access_token=sEcReT HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("GET /chat HTTP/1.1\r\nHost: x\r\nAuthorization : Bearer sEcReT\r\n\r\n")]
    public async Task UnreadableRequest_IsNotLogged(string request)
    {
        await using var server = await TestServer.StartAsync();
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(server.Address.Host, server.Address.Port);
        await tcp.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));
        (await Wait.ForAsync(new StreamReader(tcp.GetStream()).ReadToEndAsync(), "The end of the connection")).Should().StartWith("HTTP/1.1 400");
        await server.LoggedAsync("Kestrel.Connections", "stopped");
        server.LogText.Should().NotContain(Content);
    }

    [Theory]
    [InlineData("Default")]
    [InlineData("Microsoft.AspNetCore.Hosting.Diagnostics")]
    public async Task TraceForOneProvider_LogsNoToken(string category)
    {
        await using var server = await TestServer.StartAsync(new() { [$"Logging:{typeof(CapturedLog).FullName}:LogLevel:{category}"] = "Trace" });
        using var http = server.Http();
        await http.PostAsync($"/chat/negotiate?negotiateVersion=1&userid=alice&access_token={Content}", null);
        await server.LoggedAsync("RequestLog", "negotiate");
        server.LogText.Should().NotContain(Content);
    }

    [Fact]
    public async Task BadInput_LogsNothing()
    {
        await using var server = new ServerProcess(new() { ["Chat:Limits:ConnectionsPerAddress"] = "0" });
        await server.StartAsync();
        await Wait.UntilAsync(() => Task.FromResult(server.Output.Contains("Content root path", StringComparison.Ordinal)), "The last line of the start");
        var before = server.Output.Length;
        using var http = new HttpClient { BaseAddress = server.Address };
        for (var i = 0; i < 20; i++)
        {
            await http.PostAsync("/chat/negotiate?negotiateVersion=1&userid=%23no", null);
            await http.PostAsync("/api/v1/messages", new StringContent("nonsense"));
            await http.GetAsync("/api/home/connect");
            await using var raw = await RawClient.ConnectAsync(server.Address);
            for (var frame = 0; frame < 25; frame++)
                await raw.SendAsync("nonsense");
            await raw.ReceiveCloseAsync();
        }
        server.Output[before..].Should().BeEmpty();
    }
}
