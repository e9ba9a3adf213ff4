using System.Net;
using Chat.Server.Tests.Running;
using Microsoft.AspNetCore.Http.Connections;

namespace Chat.Server.Tests.Hubs;

public sealed class TransportTests : OnOneServer
{
    [Theory]
    [InlineData(HttpTransportType.WebSockets)]
    [InlineData(HttpTransportType.ServerSentEvents)]
    [InlineData(HttpTransportType.LongPolling)]
    public async Task EveryTransportSendsReceivesInOrderAndResumes(HttpTransportType transport)
    {
        var (bob, alice) = (await Server.HubAsync("bob", transport), await Server.HubAsync("alice"));
        var raw = await Server.RawAsync("raw");
        var before = await bob.SendAsync("raw", "hi");
        (await raw.ReceiveAsync()).Should().Be("bob:hi");
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => alice.SendAsync("bob", $"{i}")));
        (await bob.ReceiveAsync(201)).Select(m => m.Content).Should().Equal(Enumerable.Range(0, 200).Select(i => $"{i}").Prepend("hi"));
        (await bob.ResumeAsync("bob", before.Position)).Messages.Should().HaveCount(200);
        (await HubClient.RefusalAsync(() => bob.SendAsync("a:b", "x"))).Should().Be("bad_recipient");
    }

    [Theory]
    [InlineData(HttpTransportType.ServerSentEvents)]
    [InlineData(HttpTransportType.LongPolling)]
    public async Task NobodyTakesOverAnothersConnection(HttpTransportType transport)
    {
        await Server.HubAsync("bob", transport);
        using var http = Server.Http();
        var answer = await http.PostAsync(new Uri("/chat?id=guessed&userid=mallory", UriKind.Relative), new StringContent("x"));
        answer.StatusCode.Should().Be(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task WhoKnowsTheTokenOfAnothersConnectionStillHasNoPartInIt()
    {
        using var http = Server.Http();
        Task<HttpResponseMessage> AskAsync(HttpMethod method, string user, string query, string? text = null) =>
            http.SendAsync(new HttpRequestMessage(method, $"/chat{query}userid={user}") { Content = text is null ? null : new StringContent(text + "\u001e") });
        var negotiated = await (await AskAsync(HttpMethod.Post, "bob", "/negotiate?negotiateVersion=1&")).Content.ReadAsStringAsync();
        var connection = $"?id={negotiated.Split("connectionToken\":\"")[1].Split('"')[0]}&";
        await AskAsync(HttpMethod.Get, "bob", connection);
        await AskAsync(HttpMethod.Post, "bob", connection, """{"protocol":"json","version":1}""");
        (await (await AskAsync(HttpMethod.Get, "bob", connection)).Content.ReadAsStringAsync()).Should().Be("{}\u001e");

        const string call = """{"type":1,"invocationId":"1","target":"Send","arguments":[{"to":"bob","content":"hi"}]}""";
        (await AskAsync(HttpMethod.Post, "mallory", connection, call)).StatusCode.Should().Be(HttpStatusCode.Forbidden);
        (await AskAsync(HttpMethod.Get, "mallory", connection)).StatusCode.Should().Be(HttpStatusCode.Forbidden);
        (await AskAsync(HttpMethod.Delete, "mallory", connection)).StatusCode.Should().Be(HttpStatusCode.Forbidden);
        (await AskAsync(HttpMethod.Post, "bob", connection, call)).StatusCode.Should().Be(HttpStatusCode.OK);
        (await (await AskAsync(HttpMethod.Get, "bob", connection)).Content.ReadAsStringAsync()).Should().Contain("\"offset\":1,", because: "nothing else was sent");
    }
}
