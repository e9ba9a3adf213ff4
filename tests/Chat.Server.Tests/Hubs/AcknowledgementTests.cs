using System.Text;
using Chat.Server.Tests.Operations;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Hubs;

/// <summary>Records of stateful reconnect, which the server does not offer.</summary>
[Trait("Duration", "Long")]
public sealed class AcknowledgementTests
{
    private const int Records = 1_000_000, RecordsInFrame = 500;

    [Theory]
    [InlineData(8)] // Ack
    [InlineData(9)] // Sequence
    public async Task UnsolicitedAcknowledgements_AreNotKept(int type)
    {
        await using var server = new ServerProcess();
        await server.StartAsync();
        await using var client = await RawTcpClient.ConnectAsync(server.Address, "/chat?userid=mallory");
        await client.SendAsync(RawTcpClient.Frame("{\"protocol\":\"json\",\"version\":1}\u001e"));
        await CallAsync(client, "first");
        var before = await Heap.OfAsync(server);
        for (var number = 0; number < Records; number += RecordsInFrame)
            await client.SendAsync(RawTcpClient.Frame(string.Concat(
                Enumerable.Range(number, RecordsInFrame).Select(i => $"{{\"type\":{type},\"sequenceId\":{i}}}\u001e"))));
        await CallAsync(client, "last");
        (await Heap.OfAsync(server)).Should().BeLessThan(before + (8 << 20), because: "eight kept bytes for each record would exceed it");
    }

    /// <summary>Returns when the call is answered: the server has then read everything before it.</summary>
    private static async Task CallAsync(RawTcpClient client, string id)
    {
        await client.SendAsync(RawTcpClient.Frame($$$"""{"type":1,"invocationId":"{{{id}}}","target":"Resume","arguments":[{}]}""" + "\u001e"));
        var received = new StringBuilder();
        while (!received.ToString().Contains($"\"invocationId\":\"{id}\"", StringComparison.Ordinal))
            received.Append(Encoding.UTF8.GetString((await client.ReceiveAsync() ?? throw new InvalidOperationException("The server closed.")).Payload));
    }
}
