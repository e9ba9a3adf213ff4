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
        answer.StatusCode.Should().Be(System.Net.HttpStatusCode.NotFound);
    }
}
