using System.IO.Pipelines;
using System.Security.Claims;
using System.Text;
using Chat.Protocol;
using Chat.Server.Hubs.Output;
using Chat.Server.Raw.Delivery;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Chat.Server.Raw;

/// <summary>The hub's side of a raw connection. It speaks the colon hub protocol in records.</summary>
internal sealed class RawHubConnection : ConnectionContext, IConnectionUserFeature, IConnectionInherentKeepAliveFeature
{
    // The bound of the frames that the client has sent and the hub has not read. While the log is slow, the socket is read up to this bound,
    // so that pongs behind the frames arrive.
    private const int MaxInputBytes = 1 << 20;

    private static readonly byte[] Handshake = Encoding.UTF8.GetBytes("{\"protocol\":\"colon\",\"version\":1}\u001e");

    private readonly Pipe input = new(new PipeOptions(
        pauseWriterThreshold: MaxInputBytes, resumeWriterThreshold: MaxInputBytes / 2, readerScheduler: PipeScheduler.Inline,
        useSynchronizationContext: false));

    private readonly CancellationTokenSource closed = new();
    private IDictionary<object, object?>? items;

    /// <param name="user">The user.</param>
    /// <param name="delivery">Gets every message that the hub writes.</param>
    /// <param name="outcomes">Gets the outcome of each frame.</param>
    public RawHubConnection(ClaimsPrincipal user, RawDelivery delivery, FrameOutcomes outcomes)
    {
        User = user;
        Transport = new Duplex(new FrameInput(input.Reader, outcomes), new RecordOutput(delivery));
        Features.Set(outcomes);
        Features.Set<IConnectionUserFeature>(this);
        Features.Set<IConnectionInherentKeepAliveFeature>(this);
        ConnectionClosed = closed.Token;
        // Completes at once: the handshake waits in the pipe, before any frame.
        _ = input.Writer.WriteAsync(Handshake).AsTask();
    }

    // Not the id of the TCP connection: over HTTP/2 many WebSockets share it, and SignalR's groups consist of these ids.
    public override string ConnectionId { get; set; } = Guid.NewGuid().ToString("N");
    public override IFeatureCollection Features { get; } = new FeatureCollection();
    public override IDictionary<object, object?> Items { get => items ??= new ConnectionItems(); set => items = value; }
    public override IDuplexPipe Transport { get; set; }
    public ClaimsPrincipal? User { get; set; }

    /// <summary>Stops the hub's own pings: the WebSocket has pings, and the colon protocol has none.</summary>
    public bool HasInherentKeepAlive => true;

    /// <summary>Runs the hub on this connection until <see cref="Complete"/>, or until the hub ends it.</summary>
    public async Task RunAsync(ConnectionHandler hub)
    {
        try
        {
            await hub.OnConnectedAsync(this);
        }
        finally
        {
            // Otherwise a reader that waits for space in the pipe would wait for ever.
            await input.Reader.CompleteAsync();
        }
    }

    /// <summary>Passes a frame to the hub; waits while the hub is too far behind.</summary>
    public ValueTask<FlushResult> WriteAsync(ReadOnlySpan<byte> frame)
    {
        ColonRecord.WriteInput(input.Writer, frame);
        return input.Writer.FlushAsync();
    }

    /// <summary>Ends the input of the hub.</summary>
    public void Complete()
    {
        input.Writer.Complete();
        closed.Cancel();
    }

    public override void Abort(ConnectionAbortedException abortReason) => input.Reader.CancelPendingRead();

    public override async ValueTask DisposeAsync()
    {
        closed.Dispose();
        await base.DisposeAsync();
    }
}
