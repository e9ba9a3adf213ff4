using Chat.Protocol;
using Chat.Server.Tests.Running;

namespace Chat.Client.Tests;

/// <summary>Where a reader begins, and which messages come again.</summary>
[Trait("Duration", "Long")]
public sealed class ReadingTests : ClientTest
{
    [Fact]
    public async Task NewReader_ContinuesAfterTheSavedPosition()
    {
        var positions = new MemoryPositionStore();
        var alice = Client("alice");
        foreach (var content in Numbered("hi", 1, 5))
            await alice.SendAsync("bob", content);
        (await ReadAsync(Client("bob", positions), 3)).Should().Equal("hi 1", "hi 2", "hi 3");
        // The loop ended at the third message, which therefore comes again.
        var bob = Client("bob", positions);
        (await ReadAsync(bob, 2)).Should().Equal("hi 3", "hi 4");
        (await ReadAsync(bob, 2)).Should().Equal("hi 4", "hi 5");
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("k3v9.-1")]
    [InlineData(null)]
    public async Task InvalidPosition_CountsAsUnknown(string? position)
    {
        var positions = new FixedStore(new() { ["bob"] = position! });
        await Client("alice").SendAsync("bob", "hi");
        (await ReadAsync(Client("bob", positions), 1)).Should().Equal("hi");
    }

    [Fact]
    public async Task ConfirmOfAnotherDevice_DoesNotMoveASavedPosition()
    {
        var positions = new MemoryPositionStore();
        var alice = Client("alice");
        await using (var bob = Client("bob", positions))
        {
            await bob.JoinAsync("#garden");
            var nothing = bob.ReadMessagesAsync().GetAsyncEnumerator();
            var waiting = nothing.MoveNextAsync().AsTask();
            await Wait.UntilAsync(async () => (await positions.LoadAsync("bob", default)).Count == 2, "The positions");
            await bob.DisposeAsync();
            await waiting.Invoking(async task => await task).Should().ThrowAsync<OperationCanceledException>();
        }
        var receipt = await alice.SendAsync("bob", "while it was off");
        var other = Client("bob");
        var message = (await other.ReadAsync(new ReadRequest("bob"))).Messages.Single();
        await other.ConfirmAsync("bob", message.Position);
        (await ReadAsync(Client("bob", positions), 1)).Should().Equal("while it was off");
    }

    [Fact]
    public async Task FirstMessages_BeginsWithTheNewest()
    {
        var (alice, bob) = (Client("alice"), Client("bob"));
        await bob.JoinAsync("#garden");
        await alice.JoinAsync("#garden");
        foreach (var i in Enumerable.Range(1, 10))
        {
            await alice.SendAsync("bob", $"letter {i}");
            await alice.SendAsync("#garden", $"rose {i}");
        }
        await using var read = new Reading(Client("bob", firstMessages: 3));
        (await read.NextAsync(6)).Should().BeEquivalentTo([.. Numbered("bob: letter", 8, 10), .. Numbered("#garden: rose", 8, 10)]);
        await using var onlyNew = new Reading(Client("bob", firstMessages: 0));
        await using (var joining = Client("bob", firstMessages: 3))
        {
            await using var reading = new Reading(joining);
            await reading.NextAsync(6);
            await alice.JoinAsync("#house");
            await alice.SendAsync("#house", "welcome");
            await joining.JoinAsync("#house");
            (await reading.NextAsync()).Should().Be("#house: welcome", because: "it is shown at once, not with the next message");
        }
        // The reader may begin before the first of these messages, or between them.
        var first = onlyNew.NextAsync();
        for (var i = 11; !first.IsCompleted; i++)
            await alice.SendAsync("bob", $"letter {i}");
        Numbered("bob: letter", 1, 10).Should().NotContain(await first);
    }

    [Fact]
    public async Task SecondReader_IsRefused()
    {
        var bob = Client("bob");
        await using (var read = new Reading(bob))
        {
            await bob.SendAsync("bob", "hi");
            await read.NextAsync();
            await using var second = new Reading(bob);
            await second.Task.Invoking(async task => await task).Should().ThrowAsync<InvalidOperationException>();
        }
        await using var next = new Reading(bob);
        await bob.SendAsync("bob", "again");
        (await next.NextAsync()).Should().Be("bob: again");
    }

    private async Task<List<string>> ReadAsync(ChatClient client, int count)
    {
        var read = new List<string>();
        await SoonAsync(ReadAsync(), "The messages");
        return read;

        async Task ReadAsync()
        {
            await foreach (var message in client.ReadMessagesAsync())
            {
                read.Add(message.Content);
                if (read.Count == count)
                    return;
            }
        }
    }

    /// <summary>A store with invalid content, as after an edit or from another program.</summary>
    private sealed class FixedStore(Dictionary<string, string> saved) : IPositionStore
    {
        public ValueTask<IReadOnlyDictionary<string, string>> LoadAsync(string user, CancellationToken cancellationToken) => new(saved);

        public ValueTask SaveAsync(string user, string stream, string? position) => ValueTask.CompletedTask;
    }
}
