using Chat.Protocol;

namespace Chat.Client.Tests;

/// <summary>Sending and reading without faults.</summary>
public sealed class TalkTests : ClientTest
{
    [Fact]
    public async Task SentMessages_AreReadOnceInCallOrder()
    {
        var (alice, bob) = (Client("alice"), Client("bob"));
        await using var read = new Reading(bob);
        await using var sent = new Reading(alice);
        var receipts = await SoonAsync(Task.WhenAll(Numbered("hi", 1, 300).Select(content => alice.SendAsync("bob", content))), "The receipts");
        receipts.Select(receipt => receipt.Offset).Should().Equal(Enumerable.Range(1, 300).Select(i => (long)i));
        (await read.NextAsync(300)).Should().Equal(Numbered("bob: hi", 1, 300));
        (await sent.NextAsync(300)).Should().Equal(Numbered("alice: hi", 1, 300));
    }

    [Fact]
    public async Task SameKey_IsStoredOnce()
    {
        var alice = Client("alice");
        (await alice.SendAsync("bob", "by key", "order-17")).Id.Should().Be("order-17");
        (await alice.SendAsync("bob", "by key", "order-17")).Duplicate.Should().BeTrue();
        (await RefusalAsync(alice.SendAsync("bob", "another", "order-17"))).Error.Should().Be(ChatError.KeyConflict);
        (await alice.SendAsync("bob", "without")).Id.Should().NotBeEmpty();
        (await alice.ReadAsync(new ReadRequest("alice"))).Messages.Select(message => message.Content).Should().Equal("by key", "without");
    }

    [Fact]
    public async Task Refusal_HasItsCodeAndDoesNotBlockTheNext()
    {
        var alice = Client("alice");
        var forbidden = alice.SendAsync("system", "hi");
        var outside = alice.SendAsync("#garden", "hi");
        var then = alice.SendAsync("bob", "then");
        (await RefusalAsync(forbidden)).Error.Should().Be(ChatError.Forbidden);
        (await RefusalAsync(outside)).Error.Should().Be(ChatError.Forbidden);
        (await SoonAsync(then, "The receipt")).Offset.Should().Be(1);
        (await RefusalAsync(alice.ReadAsync(new ReadRequest("bob")))).Error.Should().Be(ChatError.Forbidden);
    }

    [Fact]
    public async Task InvalidMessage_IsRefusedBeforeItIsSent()
    {
        var alice = Client("alice");
        (await RefusalAsync(alice.SendAsync("bob", new string('ä', 40_000)))).Error.Should().Be(ChatError.TooLarge);
        (await RefusalAsync(alice.SendAsync("bob", "half a pair: \ud83d"))).Error.Should().Be(ChatError.BadRequest);
        (await RefusalAsync(alice.SendAsync(new string('b', 1_000_000), "hi"))).Error.Should().Be(ChatError.BadRecipient);
        (await RefusalAsync(alice.SendAsync("bob", "hi", new string('k', 1_000_000)))).Error.Should().Be(ChatError.BadRequest);
        (await alice.SendAsync("bob", new string('ä', 32_768))).Offset.Should().Be(1);
    }

    [Fact]
    public async Task MissingContent_IsNamed()
    {
        var alice = Client("alice");
        await alice.Invoking(sender => sender.SendAsync("bob", null!)).Should().ThrowAsync<ArgumentNullException>().WithParameterName("content");
    }

    [Fact]
    public async Task RoomsAndMailbox_AreReadEachInOrder()
    {
        var (alice, bob) = (Client("alice"), Client("bob"));
        await using var read = new Reading(bob);
        await bob.SendAsync("bob", "letter 0");
        (await read.NextAsync()).Should().Be("bob: letter 0");
        await alice.JoinAsync("#garden");
        await alice.SendAsync("#garden", "before bob came");
        await bob.JoinAsync("#garden");
        await alice.SendAsync("bob", "letter 1");
        foreach (var i in Enumerable.Range(1, 50))
        {
            _ = alice.SendAsync("#garden", $"rose {i}");
            await alice.SendAsync("bob", $"letter {i + 1}");
        }
        var all = await read.NextAsync(101);
        all.Where(line => line.StartsWith('b')).Should().Equal(Numbered("bob: letter", 1, 51));
        all.Where(line => line.StartsWith('#')).Should().Equal(Numbered("#garden: rose", 1, 50));

        await bob.LeaveAsync("#garden");
        await alice.SendAsync("#garden", "without bob");
        await alice.SendAsync("bob", "to bob");
        (await read.NextAsync()).Should().Be("bob: to bob");
    }
}
