namespace Chat.Client.Tests;

/// <summary>A server with a low rate limit.</summary>
public sealed class RateTests() : ClientTest(new() { ["Chat:Limits:SendsPerSecond"] = "20", ["Chat:Limits:SendBurst"] = "5" })
{
    [Fact]
    public async Task RateLimitedMessages_ArriveOnceAndInOrder()
    {
        var alice = Client("alice");
        await using var hasty = await HubAsync("alice");
        await using var read = new Reading(Client("bob"));
        var sending = Task.WhenAll(Numbered("hi", 1, 30).Select(content => alice.SendAsync("bob", content)));
        while (await hasty.TrySendAsync("carol", "hurry") is null)
        {
            // Uses up the user's rate.
        }
        await SoonAsync(sending, "The receipts");
        (await read.NextAsync(30)).Should().Equal(Numbered("bob: hi", 1, 30));
    }
}
