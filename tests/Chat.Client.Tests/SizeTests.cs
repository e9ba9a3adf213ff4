using Chat.Protocol;

namespace Chat.Client.Tests;

/// <summary>A server with a content limit of 256 bytes, and so a call limit of 6 × 256 + 4096 = 5632 bytes.</summary>
public sealed class SizeTests() : ClientTest(new() { ["Chat:Messaging:MaxFrameBytes"] = "256" })
{
    [Fact]
    public async Task ContentOverTheServersLimit_IsRefused()
    {
        var alice = Client("alice");
        foreach (var content in (string[])[new('x', 5000), new('\u0001', 900), new('ä', 129)])
            (await RefusalAsync(alice.SendAsync("bob", content))).Message.Should().Be("A content has at most 256 bytes.");
        (await SoonAsync(alice.SendAsync("bob", new string('ä', 128)), "The receipt")).Offset.Should().Be(1);
    }

    [Fact]
    public async Task LongestMessage_IsStored()
    {
        // The largest call: JSON writes six bytes for a control character, and twelve for a surrogate pair.
        var longest = string.Concat(Enumerable.Repeat("😀", Name.MaxLength));
        var alice = WithServersLimit(longest);
        (await SoonAsync(alice.SendAsync(longest, new string('\u0001', 256), longest), "The receipt")).Offset.Should().Be(1);
        (await RefusalAsync(alice.SendAsync(longest, new string('\u0001', 257)))).Error.Should().Be(ChatError.TooLarge);
    }

    [Fact]
    public async Task CallOverTheLimit_IsRefused()
    {
        var alice = WithServersLimit("alice");
        var endless = new string('r', 10_000);
        await using var values = alice.SubscribeAsync($"${endless}").GetAsyncEnumerator();
        (await RefusalAsync(alice.JoinAsync($"#{endless}"))).Error.Should().Be(ChatError.TooLarge);
        (await RefusalAsync(alice.MarkReadAsync("bob", endless))).Error.Should().Be(ChatError.TooLarge);
        (await RefusalAsync(values.MoveNextAsync().AsTask())).Error.Should().Be(ChatError.TooLarge);
        (await SoonAsync(alice.SendAsync("bob", "hi"), "The receipt")).Offset.Should().Be(1);
    }

    [Fact]
    public async Task ResumeOverTheServersLimit_EndsTheReader()
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
    public async Task CallsBesideALargeOne_AreAnswered()
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
    public async Task SubscribeOverTheServersLimit_IsRefused()
    {
        await using var values = Client("alice").SubscribeAsync($"${new string('r', 10_000)}").GetAsyncEnumerator();

        (await RefusalAsync(values.MoveNextAsync().AsTask())).Message.Should().Contain("5632");
    }

    /// <summary>Returns a client with the server's limit.</summary>
    private ChatClient WithServersLimit(string user) => Add(new ChatClientOptions
    {
        Server = Server.Address,
        User = user,
        MaxContentBytes = 256,
        MinReconnectDelay = TimeSpan.FromMilliseconds(20),
        MaxReconnectDelay = TimeSpan.FromMilliseconds(500),
    });
}
