using System.Net;
using System.Text;
using Chat.Server.Tests.Running;
using Microsoft.AspNetCore.Http.Connections;

namespace Chat.Server.Tests.Hubs;

public sealed class TransportTests : ServerTest
{
    private const string Handshake = "{\"protocol\":\"json\",\"version\":1}\u001e";
    private const string Call = "{\"type\":1,\"invocationId\":\"1\",\"target\":\"Send\",\"arguments\":[{\"to\":\"bob\",\"content\":\"hi\"}]}\u001e";

    [Theory]
    [InlineData(HttpTransportType.WebSockets)]
    [InlineData(HttpTransportType.ServerSentEvents)]
    [InlineData(HttpTransportType.LongPolling)]
    public async Task Transport_SendsReceivesInOrderAndResumes(HttpTransportType transport)
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

    [Fact]
    public async Task OpenConnection_CannotBeTakenOver()
    {
        var connection = $"/chat?id={await NegotiateAsync("bob")}&userid=";
        var first = await Server.TcpAsync(connection + "bob");
        await first.SendAsync(RawTcpClient.Frame(Handshake));
        (await TextAsync(first)).Should().Be("{}\u001e");

        (await RawTcpClient.StatusAsync(Server.Address, connection + "bob")).Should().Be(409);
        (await RawTcpClient.StatusAsync(Server.Address, connection + "mallory")).Should().Be(403);
        await first.SendAsync(RawTcpClient.Frame(Call));
        (await TextAsync(first)).Should().Contain("\"offset\":1,");
    }

    [Fact]
    public async Task ConnectionTokenOfAnotherUser_IsRefused()
    {
        using var http = Server.Http();
        Task<HttpResponseMessage> AskAsync(HttpMethod method, string user, string query, string? text = null) =>
            http.SendAsync(new HttpRequestMessage(method, $"/chat{query}userid={user}") { Content = text is null ? null : new StringContent(text) });
        var token = await NegotiateAsync("bob");
        var connection = $"?id={token}&";
        await AskAsync(HttpMethod.Get, "bob", connection);
        await AskAsync(HttpMethod.Post, "bob", connection, Handshake);
        (await (await AskAsync(HttpMethod.Get, "bob", connection)).Content.ReadAsStringAsync()).Should().Be("{}\u001e");

        // SignalR reads the same token from each of these.
        foreach (var spelling in (string[])[connection, $"?id=&id={token}&", $"?id={token}&id=&", $"?ID={token}&"])
        {
            (await AskAsync(HttpMethod.Post, "mallory", spelling, Call)).StatusCode.Should().Be(HttpStatusCode.Forbidden, because: spelling);
            (await AskAsync(HttpMethod.Get, "mallory", spelling)).StatusCode.Should().Be(HttpStatusCode.Forbidden, because: spelling);
            (await AskAsync(HttpMethod.Delete, "mallory", spelling)).StatusCode.Should().Be(HttpStatusCode.Forbidden, because: spelling);
        }
        (await AskAsync(HttpMethod.Post, "bob", connection, Call)).StatusCode.Should().Be(HttpStatusCode.OK);
        (await (await AskAsync(HttpMethod.Get, "bob", connection)).Content.ReadAsStringAsync()).Should().Contain("\"offset\":1,", because: "no other message was stored");
    }

    private async Task<string> NegotiateAsync(string user)
    {
        using var http = Server.Http();
        using var answer = await http.PostAsync($"/chat/negotiate?negotiateVersion=1&userid={user}", null);
        return (await answer.Content.ReadAsStringAsync()).Split("connectionToken\":\"")[1].Split('"')[0];
    }

    private static async Task<string> TextAsync(RawTcpClient client) => Encoding.UTF8.GetString((await client.ReceiveAsync())!.Value.Payload);
}
