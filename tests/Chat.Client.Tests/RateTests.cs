namespace Chat.Client.Tests;

/// <summary>A server that takes few messages a second.</summary>
public sealed class RateTests() : WithServer(new() { ["Chat:Limits:SendsPerSecond"] = "20", ["Chat:Limits:SendBurst"] = "5" })
{
    [Fact]
    public async Task MessagesSentTooFastArriveOnceAndInOrderAllTheSame()
    {
        var alice = Client("alice");
        await using var hasty = await HubAsync("alice");
        await using var read = new Reading(Client("bob"));
        var sending = Task.WhenAll(Numbered("hi", 1, 30).Select(content => alice.SendAsync("bob", content)));
        while (await hasty.TrySendAsync("carol", "hurry") is null)
        {
            // Until the share of the user is used up.
        }
        await SoonAsync(sending, "The receipts");
        (await read.NextAsync(30)).Should().Equal(Numbered("bob: hi", 1, 30));
    }
}
