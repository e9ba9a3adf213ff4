using System.Text.Json;
using Chat.Server.Tests.Running;
using Microsoft.AspNetCore.Http.Connections;

namespace Chat.Server.Tests.Admission.Proxies;

/// <summary>Clients without WebSockets, behind an nginx with <c>proxy_pass</c> alone.</summary>
[Trait("Duration", "Long")]
public sealed class EventStreamTests : ServerTest
{
    [Fact]
    public async Task EventStream_TellsProxiesNotToBufferOrStoreIt()
    {
        using var http = Server.Http();
        var negotiated = JsonDocument.Parse(await (await http.PostAsync("/chat/negotiate?negotiateVersion=1&userid=alice", null)).Content.ReadAsStringAsync());
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/chat?userid=alice&id={negotiated.RootElement.GetProperty("connectionToken")}");
        request.Headers.Add("Accept", "text/event-stream");
        using var answer = await Wait.ForAsync(http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead), "The stream's headers", () => Server.LogText);
        answer.Content.Headers.ContentType!.MediaType.Should().Be("text/event-stream");
        answer.Headers.GetValues("X-Accel-Buffering").Should().Equal("no");
        answer.Headers.CacheControl!.NoCache.Should().BeTrue();
        answer.Headers.CacheControl.NoStore.Should().BeTrue();
    }

    [Theory]
    [InlineData(HttpTransportType.ServerSentEvents)]
    [InlineData(HttpTransportType.WebSockets | HttpTransportType.ServerSentEvents | HttpTransportType.LongPolling)]
    public async Task StockClient_ConnectsThroughNginxWithoutUpgradeLines(HttpTransportType transports)
    {
        await using var nginx = await ProxyProcess.NginxAsync(Server.Address, "location / { proxy_pass http://chat; }");
        await using var bob = await Server.HubAsync("bob");

        await using var alice = await HubClient.ConnectAsync(nginx.Address, "alice", transports, () => Server.LogText + nginx.Output);

        await bob.SendAsync("alice", "hi");
        (await alice.ReceiveAsync()).Content.Should().Be("hi");
        await alice.SendAsync("bob", "hello");
        (await bob.ReceiveAsync(2))[^1].Content.Should().Be("hello");
    }

    /// <summary>HAProxy times out after 50 s in Debian's configuration, nginx after 60 s. Only this test waits so long.</summary>
    [Fact]
    public async Task IdleLongPoll_IsAnsweredBeforeAProxyGivesUp()
    {
        await using var nginx = await ProxyProcess.NginxAsync(Server.Address, "location / { proxy_pass http://chat; proxy_read_timeout 50s; }");
        using var http = new HttpClient { BaseAddress = nginx.Address };
        var negotiated = JsonDocument.Parse(await (await http.PostAsync("/chat/negotiate?negotiateVersion=1&userid=alice", null)).Content.ReadAsStringAsync());
        var address = $"/chat?userid=alice&id={negotiated.RootElement.GetProperty("connectionToken")}";
        (await PollAsync()).Should().Be("", because: "the first poll only begins the connection");
        await PostAsync("""{"protocol":"json","version":1}""");
        (await PollAsync()).Should().Be("{}\u001e");

        (await PollAsync()).Should().Be("", because: "no message came");

        await PostAsync("""{"type":1,"target":"Send","arguments":[{"to":"alice","content":"still here"}]}""");
        (await PollAsync()).Should().Contain("still here");

        async Task<string> PollAsync()
        {
            using var answer = await http.GetAsync(address);
            answer.IsSuccessStatusCode.Should().BeTrue(because: $"{answer.StatusCode}\n{nginx.Output}");
            return await answer.Content.ReadAsStringAsync();
        }

        async Task PostAsync(string record) => (await http.PostAsync(address, new StringContent(record + '\u001e'))).EnsureSuccessStatusCode();
    }
}
