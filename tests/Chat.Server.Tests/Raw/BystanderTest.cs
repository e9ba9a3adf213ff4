using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Raw;

/// <summary>A test of a client that misbehaves. Two connections of bob must stay open, and get nothing but his own last message.</summary>
public abstract class BystanderTest(Dictionary<string, string>? settings = null, TimeProvider? time = null) : ServerTest(settings, time)
{
    private HubClient hub = null!;
    private RawClient raw = null!;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        hub = await Server.HubAsync("bob");
        raw = await Server.RawAsync(query: "?userid=bob");
    }

    public override async Task DisposeAsync()
    {
        await hub.SendAsync("bob", "still here");
        (await hub.ReceiveAsync()).Content.Should().Be("still here", because: "bob got nothing else");
        (await raw.ReceiveAsync()).Should().Be("bob:still here", because: "bob got nothing else");
        (await Server.MailboxAsync("bob")).Should().ContainSingle(because: "nothing else was stored").Which.Offset.Should().Be(1);
        await base.DisposeAsync();
    }
}
