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
