using System.Diagnostics.Metrics;
using System.Net.WebSockets;
using Chat.Protocol;
using Chat.Server.Admission;
using Chat.Server.History;
using Chat.Server.Operations;
using Chat.Server.Raw.Delivery;
using Chat.Server.Raw.Socket;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Chat.Server.Tests.Raw.Delivery;

public sealed class RawSenderTests
{
    [Fact]
    public async Task ConnectionLostBeforeItsLastPing_EndsWithoutAnError()
    {
        var time = new FakeTimeProvider();
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var positions = new ConfirmedPositions(null!, time, NullLogger<ConfirmedPositions>.Instance);
        using var delivery = new RawDelivery(maxQueuedBytes: 0, positions, time);
        using var lost = new LostStream();
        await using var stream = new PingStream(lost);
        using var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true });
        var server = new SenderServices(
            null!, new ColonHubProtocol("system"), new ChatMetrics(services.GetRequiredService<IMeterFactory>()), time, Options.Create(new LimitsOptions()));
        delivery.BeginConfirmation();
        delivery.Begin("bob", after: 0);
        delivery.TryTake(out _, out _).Should().BeTrue(because: "the first ping is sent");
        delivery.TryTake(out var catchUp, out _).Should().BeTrue();
        delivery.MarkSent((StreamCursor)catchUp.Subject!, 1);
        delivery.Close(1000, "");

        await new RawSender(socket, stream, delivery, server).RunAsync();
        lost.Writes.Should().Be(2, because: "the last ping and the close were tried");
    }

    /// <summary>A connection that the client has reset.</summary>
    private sealed class LostStream : MemoryStream
    {
        public int Writes { get; private set; }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Writes++;
            return ValueTask.FromException(new IOException("Connection reset by peer."));
        }
    }
}
