namespace Chat.Client.Tests;

/// <summary>A consumer that is slower than its messages. Runs alone, because it measures the memory of the process.</summary>
[Collection(nameof(SlowConsumerTests))]
[CollectionDefinition(nameof(SlowConsumerTests), DisableParallelization = true)]
public sealed class SlowConsumerTests : ClientTest
{
    [Fact]
    public async Task SlowConsumer_GetsEverythingInBoundedMemory()
    {
        const int count = 3000;
        var (alice, bob) = (Client("alice"), Client("bob"));
        await bob.JoinAsync("#garden");
        await using var messages = bob.ReadMessagesAsync().GetAsyncEnumerator();
        await alice.SendAsync("bob", "0");
        (await SoonAsync(messages.MoveNextAsync().AsTask(), "The first")).Should().BeTrue();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var padding = new string('.', 10_000);
        for (var i = 1; i <= count; i++)
            await alice.SendAsync("bob", $"{i} {padding}");
        // The server sent 60 MB.
        (GC.GetTotalMemory(forceFullCollection: true) - before).Should().BeLessThan(20_000_000);
        for (var i = 1; i <= count; i++)
        {
            await SoonAsync(messages.MoveNextAsync().AsTask(), $"Message {i}");
            messages.Current.Content.Should().StartWith($"{i} ");
        }
        await alice.SendAsync("bob", "live again");
        await SoonAsync(messages.MoveNextAsync().AsTask(), "The last");
        messages.Current.Content.Should().Be("live again");
    }
}
