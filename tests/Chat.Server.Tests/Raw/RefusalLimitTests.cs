using Chat.Server.Tests.Running;
using Microsoft.Extensions.Time.Testing;

namespace Chat.Server.Tests.Raw;

/// <summary>Twenty refused frames in ten seconds end a connection. Errors that the client did not cause do not count.</summary>
public sealed class RefusalLimitTests : BystanderTest
{
    private readonly FakeTimeProvider time;

    public RefusalLimitTests() : this(new FakeTimeProvider(DateTimeOffset.UtcNow)) { }

    private RefusalLimitTests(FakeTimeProvider time) : base(time: time) => this.time = time;

    [Fact]
    public async Task TwentiethRefusedFrame_EndsTheConnection()
    {
        var alice = await Server.RawAsync("alice");
        string[] refused = ["nonsense", "#a:bob:x", "alice::x", "mallory:bob:x", "system:bob:x"];
        for (var i = 0; i < 20; i++)
            await alice.SendAsync(refused[i % refused.Length]);
        (await alice.ReceiveAsync(20)).Should().OnlyContain(frame => frame.StartsWith("system:error ", StringComparison.Ordinal));
        (await alice.ReceiveCloseAsync()).Should().Be(4400);
    }

    [Fact]
    public async Task NineteenRefusedFramesInTenSeconds_AreForgiven()
    {
        var alice = await Server.RawAsync("alice");
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < 19; i++)
            {
                await alice.SendAsync("nonsense");
                (await alice.ReceiveAsync()).Should().StartWith("system:error bad_frame ");
            }
            await alice.SendAsync($"alice:alice:{round}");
            (await alice.ReceiveAsync()).Should().Be($"alice:{round}");
            time.Advance(TimeSpan.FromSeconds(10.1));
        }
    }

    [Fact]
    public async Task UnavailableErrors_DoNotCount()
    {
        var alice = await Server.RawAsync("alice");
        await using (await HeldLog.OfAsync(Server))
        {
            for (var i = 0; i < 25; i++)
                await alice.SendAsync("alice:bob:not now");
            (await alice.ReceiveAsync(25)).Should().OnlyContain(frame => frame.StartsWith("system:error unavailable ", StringComparison.Ordinal));
        }
        await alice.SendAsync("alice:alice:works again");
        (await alice.ReceiveAsync()).Should().Be("alice:works again");
        (await alice.CloseAsync()).Should().Be(1011, because: "some frames were not stored");
    }
}
