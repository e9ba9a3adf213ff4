namespace Chat.Client.Tests;

/// <summary>A server with messages that are larger than the client's own limit.</summary>
[Trait("Duration", "Long")]
public sealed class LargeAnswerTests() : ClientTest(new() { ["Chat:Messaging:MaxFrameBytes"] = "4000000", ["Chat:Limits:MaxQueuedBytes"] = "0" })
{
    [Fact]
    public async Task MessageOverTheClientsLimit_IsRead()
    {
        var (reader, writer) = (Client("alice"), Add(new ChatClientOptions { Server = Server.Address, User = "bob", MaxContentBytes = 4_000_000 }));
        var large = new string('\u0001', 3_900_000); // six bytes each in JSON
        await SoonAsync(writer.SendAsync("alice", large), "The receipt");
        await using var read = new Reading(reader);

        (await read.NextAsync()).Should().Be($"alice: {large}");
        await SoonAsync(writer.SendAsync("alice", large), "The receipt");
        (await read.NextAsync()).Should().Be($"alice: {large}");
    }
}
