namespace Chat.Server.Tests.Raw;

/// <summary>Frames that are valid WebSocket messages and invalid colon frames. The server refuses them, and the connection stays open.</summary>
public sealed class MalformedFrameTests : BystanderTest
{
    [Theory]
    [InlineData("hello", "bad_frame")]
    [InlineData("a:b", "bad_frame")]
    [InlineData("", "bad_frame")]
    [InlineData(":bob:hi", "bad_user_id")]
    [InlineData("::", "bad_user_id")]
    [InlineData("#a:bob:hi", "bad_user_id")]
    [InlineData("$a:bob:hi", "bad_user_id")]
    [InlineData(" a:bob:hi", "bad_user_id")]
    [InlineData("a\tb:bob:hi", "bad_user_id")]
    [InlineData("a\0b:bob:hi", "bad_user_id")]
    [InlineData("a\u202eb:bob:hi", "bad_user_id")]
    [InlineData("\ufeffa:bob:hi", "bad_user_id")]
    [InlineData("e\u0301:bob:hi", "bad_user_id")]
    [InlineData("system:bob:hi", "forbidden")]
    [InlineData("system::", "forbidden")]
    [InlineData("alice::hi", "bad_recipient")]
    [InlineData("alice:#bob:hi", "forbidden")]
    [InlineData("alice:#:", "bad_recipient")]
    [InlineData("alice:$bob:hi", "bad_recipient")]
    [InlineData("alice:$:", "bad_recipient")]
    [InlineData("alice:bob :hi", "bad_recipient")]
    [InlineData("alice:system:hi", "forbidden")]
    public async Task MalformedFrame_IsAnswered_AndTheConnectionStays(string frame, string code)
    {
        var alice = await Server.RawAsync();
        await alice.SendAsync(frame);
        (await alice.ReceiveAsync()).Should().MatchRegex($"^system:error {code} .");
        await alice.SendAsync("alice:alice:works");
        (await alice.ReceiveAsync()).Should().Be("alice:works");
        (await Server.MailboxAsync("alice")).Should().ContainSingle(because: "the refused frame was not stored").Which.Offset.Should().Be(1);
    }

    [Fact]
    public async Task LongName_IsRefused()
    {
        var alice = await Server.RawAsync();
        await alice.SendAsync(new string('a', 65) + ":bob:hi");
        (await alice.ReceiveAsync()).Should().StartWith("system:error bad_user_id ");
        await alice.SendAsync($"alice:{new string('b', 65)}:hi");
        (await alice.ReceiveAsync()).Should().StartWith("system:error bad_recipient ");
        await alice.SendAsync($"alice:{new string('b', 30_000)}:hi");
        (await alice.ReceiveAsync()).Should().StartWith("system:error bad_recipient ");
        (await Server.MailboxAsync("alice")).Should().BeEmpty();
    }

    [Theory]
    [InlineData("mallory:bob:hi", "identity_mismatch")]
    [InlineData("mallory::", "identity_mismatch")]
    [InlineData("Alice:bob:hi", "identity_mismatch")]
    [InlineData("system:bob:hi", "forbidden")]
    [InlineData("#a:bob:hi", "bad_user_id")]
    [InlineData("nonsense", "bad_frame")]
    public async Task FrameOfAnotherUser_IsRefused(string frame, string code)
    {
        var alice = await Server.RawAsync("alice");
        await alice.SendAsync(frame);
        (await alice.ReceiveAsync()).Should().StartWith($"system:error {code} ");
        await alice.SendAsync("alice:alice:works");
        (await alice.ReceiveAsync()).Should().Be("alice:works");
        (await Server.MailboxAsync("alice")).Should().ContainSingle();
        (await Server.MailboxAsync("mallory")).Should().BeEmpty();
    }

    [Fact]
    public async Task FrameWithABadRecipient_Registers()
    {
        var alice = await Server.RawAsync();
        await alice.SendAsync("alice::hi");
        await alice.ReceiveAsync();
        await (await Server.HubAsync("carol")).SendAsync("alice", "hello alice");
        (await alice.ReceiveAsync()).Should().Be("carol:hello alice");
        await alice.SendAsync("mallory::");
        (await alice.ReceiveAsync()).Should().StartWith("system:error identity_mismatch ");
    }

    [Fact]
    public async Task RecipientOfARegistration_IsIgnored()
    {
        var alice = await Server.RawAsync();
        foreach (var anyone in (string[])["", "bob", " bob ", "system", "e\u0301", new string('b', 100)])
            await alice.SendAsync($"alice:{anyone}:");
        await alice.SendAsync("alice:alice:marker");
        (await alice.ReceiveAsync()).Should().Be("alice:marker");
    }
}
