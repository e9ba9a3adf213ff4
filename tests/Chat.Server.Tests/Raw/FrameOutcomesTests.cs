using System.Diagnostics.Metrics;
using System.Text;
using Chat.Protocol;
using Chat.Server.History;
using Chat.Server.Operations;
using Chat.Server.Raw;
using Chat.Server.Raw.Delivery;
using Chat.Server.Tests.Running;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Chat.Server.Tests.Raw;

/// <summary>The outcomes of the frames of one connection. Each test is its reader and its hub, in turn.</summary>
public sealed class FrameOutcomesTests : IDisposable
{
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly FakeTimeProvider time = new();
    private readonly ConfirmedPositions positions;
    private readonly RawDelivery delivery;

    public FrameOutcomesTests()
    {
        positions = new ConfirmedPositions(null!, time, NullLogger<ConfirmedPositions>.Instance);
        delivery = new RawDelivery(maxQueuedBytes: 0, positions, time);
    }

    public void Dispose()
    {
        delivery.Dispose();
        positions.Dispose();
        services.Dispose();
    }

    [Fact]
    public void EveryRefusal_IsAnErrorFrameWithItsCodeAndText()
    {
        var outcomes = Outcomes();
        foreach (var error in ChatError.All)
        {
            outcomes.Fail(Take(outcomes), new HubException(new ChatException(error).Refusal));
            Answer().Should().Be($"system:error {error.Code} {error.Text}");
        }
    }

    [Fact]
    public async Task RefusedFrame_IsNotUnstored()
    {
        var outcomes = Outcomes();
        outcomes.Fail(Take(outcomes), new HubException("forbidden: no"));
        await outcomes.DrainAsync();
        outcomes.AllStored.Should().BeTrue();
    }

    // It must not count as a refused frame, and a close after it must not be answered with 1000.
    [Fact]
    public async Task Fault_IsUnavailable()
    {
        var outcomes = Outcomes();
        outcomes.Fail(Take(outcomes), new InvalidOperationException("a secret"));
        Answer().Should().StartWith("system:error unavailable ").And.NotContain("secret");
        await outcomes.DrainAsync();
        outcomes.AllStored.Should().BeFalse();
    }

    [Fact]
    public async Task FrameWithoutACall_IsUnavailable()
    {
        var outcomes = Outcomes();
        outcomes.Add();
        outcomes.BeginFrame(10);
        outcomes.EndFrame();
        Answer().Should().StartWith("system:error unavailable ");
        await outcomes.DrainAsync();
        outcomes.AllStored.Should().BeFalse();
    }

    [Fact]
    public async Task Close_WaitsForTheLastOutcome()
    {
        var outcomes = Outcomes();
        var (first, second) = (Take(outcomes), Take(outcomes));
        var drained = outcomes.DrainAsync();
        outcomes.Complete(first);
        drained.IsCompleted.Should().BeFalse();
        outcomes.AllStored.Should().BeFalse();
        outcomes.Complete(second);
        await drained;
        outcomes.AllStored.Should().BeTrue();
    }

    [Theory]
    [InlineData(64, 100)]
    [InlineData(4, 64 << 10)]
    public async Task Hub_WaitsWhileTooManyFramesHaveNoOutcome(int frames, int bytes)
    {
        var outcomes = Outcomes();
        for (var i = 0; i < frames; i++)
        {
            outcomes.SpaceAsync().IsCompleted.Should().BeTrue();
            Take(outcomes, bytes);
        }
        var space = outcomes.SpaceAsync();
        space.IsCompleted.Should().BeFalse();
        outcomes.Complete(bytes);
        await space;
    }

    [Fact]
    public async Task CallThatCannotBegin_EndsTheConnectionWith1011()
    {
        await using var server = await TestServer.StartAsync(services: services => services.AddSingleton<IHubActivator<ChatHub>, SecondHubFails>());
        var alice = await server.TcpAsync();
        await alice.SendAsync(RawTcpClient.Frame("alice:bob:lost"));
        Encoding.UTF8.GetString((await alice.ReceiveAsync())!.Value.Payload).Should().StartWith("system:error unavailable ");
        await alice.SendAsync(RawTcpClient.Frame([0x03, 0xE8], opcode: 8));
        (await alice.ReceiveCloseAsync()).Should().Be(1011);
    }

    private FrameOutcomes Outcomes() =>
        new(new FrameRefusals(delivery, new ColonHubProtocol("system"), new ChatMetrics(services.GetRequiredService<IMeterFactory>()), time));

    private static int Take(FrameOutcomes outcomes, int bytes = 10)
    {
        outcomes.Add();
        outcomes.BeginFrame(bytes);
        var taken = outcomes.TakeFrame();
        outcomes.EndFrame();
        return taken;
    }

    private string Answer()
    {
        delivery.TryTake(out var next, out _).Should().BeTrue();
        return Encoding.UTF8.GetString(next.Frame.Span);
    }

    /// <summary>Makes the hub that opens a connection, and none for its first call.</summary>
    private sealed class SecondHubFails(ChatHubServices services) : IHubActivator<ChatHub>
    {
        private int created;

        public ChatHub Create() => ++created != 2 ? new(services) : throw new InvalidOperationException("No hub can be made.");

        public void Release(ChatHub hub) => hub.Dispose();
    }
}
