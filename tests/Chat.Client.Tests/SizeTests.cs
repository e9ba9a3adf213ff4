using Chat.Protocol;

namespace Chat.Client.Tests;

/// <summary>A server that reads contents of 256 bytes, and so calls of 5632.</summary>
public sealed class SizeTests() : WithServer(new() { ["Chat:Messaging:MaxFrameBytes"] = "256" })
{
    [Fact]
    public async Task AContentThatOnlyTheServerKnowsToBeTooLargeIsRefusedByIt()
    {
        var alice = Client("alice");
        foreach (var content in (string[])[new('x', 5000), new('\u0001', 900), new('ä', 129)])
            (await RefusalAsync(alice.SendAsync("bob", content))).Message.Should().Be("A content has at most 256 bytes.");
        (await SoonAsync(alice.SendAsync("bob", new string('ä', 128)), "The receipt")).Offset.Should().Be(1);
    }

    [Fact]
    public async Task WhatIsLongestInEveryWayIsStored()
    {
        // What takes most bytes of a call: control characters and surrogate pairs, six for a byte and twelve for a pair.
        var longest = string.Concat(Enumerable.Repeat("😀", Name.MaxLength));
        var alice = Knowing(longest);
        (await SoonAsync(alice.SendAsync(longest, new string('\u0001', 256), longest), "The receipt")).Offset.Should().Be(1);
        (await RefusalAsync(alice.SendAsync(longest, new string('\u0001', 257)))).Error.Should().Be(ChatError.TooLarge);
    }

    [Fact]
    public async Task ACallThatTheServerCannotReadIsRefused()
    {
        var alice = Knowing("alice");
        var endless = new string('r', 10_000);
        await using var values = alice.SubscribeAsync($"${endless}").GetAsyncEnumerator();
        (await RefusalAsync(alice.JoinAsync($"#{endless}"))).Error.Should().Be(ChatError.TooLarge);
        (await RefusalAsync(alice.MarkReadAsync("bob", endless))).Error.Should().Be(ChatError.TooLarge);
        (await RefusalAsync(values.MoveNextAsync().AsTask())).Error.Should().Be(ChatError.TooLarge);
        (await SoonAsync(alice.SendAsync("bob", "hi"), "The receipt")).Offset.Should().Be(1);
    }

    [Fact]
    public async Task Resume_LargerThanOnlyTheServerAllows_EndsTheReadingWithBothLimits()
    {
        var positions = new MemoryPositionStore();
        foreach (var room in Enumerable.Range(0, 200))
            await positions.SaveAsync("alice", $"#room-with-a-long-name-{room}", "k3v9.1");
        await using var read = new Reading(Client("alice", positions));

        var refusal = await RefusalAsync(read.Task);

        refusal.Error.Should().Be(ChatError.TooLarge);
        refusal.Message.Should().Contain("5632").And.Contain("MaxFrameBytes is 256").And.Contain("MaxContentBytes is 65536");
    }

    [Fact]
    public async Task CallsBesideATooLargeOne_AreAnswered()
    {
        var alice = Client("alice");
        await alice.ConnectAsync();
        var (tooLarge, small) = (RefusalAsync(alice.SendAsync("bob", new string('x', 20_000))), new List<Task>());
        for (var i = 0; i < 20; i++)
            small.Add(alice.MarkReadAsync("bob", "k3v9.0"));

        (await tooLarge).Error.Should().Be(ChatError.TooLarge);

        foreach (var call in small)
            (await RefusalAsync(call)).Error.Should().Be(ChatError.BadRequest, because: "the position is of another epoch");
        (await SoonAsync(alice.SendAsync("bob", "hi"), "The receipt")).Offset.Should().Be(1);
    }

    [Fact]
    public async Task Subscribe_LargerThanOnlyTheServerAllows_IsRefused()
    {
        await using var values = Client("alice").SubscribeAsync($"${new string('r', 10_000)}").GetAsyncEnumerator();

        (await RefusalAsync(values.MoveNextAsync().AsTask())).Message.Should().Contain("5632");
    }

    /// <summary>A client that knows its server's bound.</summary>
    private ChatClient Knowing(string user) => Add(new ChatClientOptions
    {
        Server = Server.Address,
        User = user,
        MaxContentBytes = 256,
        MinReconnectDelay = TimeSpan.FromMilliseconds(20),
        MaxReconnectDelay = TimeSpan.FromMilliseconds(500),
    });
}
