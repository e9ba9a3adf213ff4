using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Raw;

/// <summary>Tests of clients that misbehave: two connections of bob look on, and must neither be disturbed nor be sent anything.</summary>
public abstract class BesideABystander(Dictionary<string, string>? settings = null, TimeProvider? time = null) : OnOneServer(settings, time)
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
        (await hub.ReceiveAsync()).Content.Should().Be("still here", because: "bob was sent nothing else");
        (await raw.ReceiveAsync()).Should().Be("bob:still here", because: "bob was sent nothing else");
        (await Server.MailboxAsync("bob")).Should().ContainSingle(because: "nothing else was stored").Which.Offset.Should().Be(1);
        await base.DisposeAsync();
    }
}
