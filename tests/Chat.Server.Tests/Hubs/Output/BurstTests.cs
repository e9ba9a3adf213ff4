using Chat.Server.Tests.Running;
using Microsoft.Extensions.Time.Testing;

namespace Chat.Server.Tests.Hubs.Output;

/// <summary>A client that is slow for less than the grace period stays connected. The fake time does not pass, and so the period does not end.</summary>
public sealed class BurstTests() : ServerTest(new() { ["Chat:Limits:SendTimeout"] = "01:00:00" }, new FakeTimeProvider())
{
    // More than three times the bytes that may be queued.
    private const int Bytes = 3_600_000;

    [Theory]
    [InlineData('x', 60_000)]
    [InlineData('\u0085', 180_000)] // 30 000 characters: two bytes each in UTF-8, six in JSON
    [InlineData('\u0001', 360_000)] // 60 000 characters: one byte each in UTF-8, six in JSON
    public async Task HealthyHubClient_SurvivesABurst(char character, int bytesInJson)
    {
        var messages = Bytes / bytesInJson;
        var bob = await Server.HubAsync("bob");
        var alice = await Server.HubAsync("alice");
        var content = new string(character, character == 'x' ? bytesInJson : bytesInJson / 6);
        var sending = Task.WhenAll(Enumerable.Range(0, messages).Select(_ => alice.SendAsync("bob", content)));
        for (var i = 1; i <= messages; i++)
        {
            var message = await bob.ReceiveAsync();
            message.Offset.Should().Be(i);
            (message.Content == content).Should().BeTrue();
        }
        await sending;
    }
}
