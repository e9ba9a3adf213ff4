using System.IO.Pipelines;
using System.Security.Claims;
using System.Text;
using Chat.Protocol;
using Chat.Server.Hubs.Output;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Chat.Server.Raw;

/// <summary>A raw connection as the hub sees it: one of its connections, that speaks the colon protocol in records.</summary>
internal sealed class RawHubConnection : ConnectionContext, IConnectionUserFeature, IConnectionInherentKeepAliveFeature
{
    // What the client has sent and the hub has not taken. The socket is read on while the log is slow, so that pongs behind the frames are
    // seen; a client that is this far ahead of the log is read no further.
    private const int MaxInputBytes = 1 << 20;

    private static readonly byte[] Handshake = Encoding.UTF8.GetBytes("{\"protocol\":\"colon\",\"version\":1}\u001e");

    private readonly Pipe input = new(new PipeOptions(
        pauseWriterThreshold: MaxInputBytes, resumeWriterThreshold: MaxInputBytes / 2, readerScheduler: PipeScheduler.Inline, useSynchronizationContext: false));

    private readonly CancellationTokenSource closed = new();
    private IDictionary<object, object?>? items;

    /// <param name="take">Gets every record that the hub writes.</param>
    public RawHubConnection(ClaimsPrincipal user, Action<ColonRecord> take)
    {
        User = user;
        Transport = new Duplex(input.Reader, new RecordOutput(take));
        Features.Set<IConnectionUserFeature>(this);
        Features.Set<IConnectionInherentKeepAliveFeature>(this);
        ConnectionClosed = closed.Token;
        // Stands before any frame, whenever the hub comes to read it.
        _ = input.Writer.WriteAsync(Handshake).AsTask();
    }

    // Of its own: over HTTP/2 many sockets share one connection of the server's, and groups are made of these ids.
    public override string ConnectionId { get; set; } = Guid.NewGuid().ToString("N");
    public override IFeatureCollection Features { get; } = new FeatureCollection();
    public override IDictionary<object, object?> Items { get => items ??= new ConnectionItems(); set => items = value; }
    public override IDuplexPipe Transport { get; set; }
    public ClaimsPrincipal? User { get; set; }

    /// <summary>The WebSocket has a ping of its own: the hub's would be nothing in the colon protocol.</summary>
    public bool HasInherentKeepAlive => true;

    /// <summary>Runs the hub on this connection until <see cref="Complete"/>, or until the hub leaves it of its own accord.</summary>
    public async Task RunAsync(ConnectionHandler hub)
    {
        try
        {
            await hub.OnConnectedAsync(this);
        }
        finally
        {
            // Nobody takes what still comes: who waits for room for it would wait for ever.
            await input.Reader.CompleteAsync();
        }
    }

    /// <summary>Passes a frame to the hub; waits while the hub is too far behind.</summary>
    public ValueTask<FlushResult> WriteAsync(ReadOnlySpan<byte> frame)
    {
        ColonRecord.WriteInput(input.Writer, frame);
        return input.Writer.FlushAsync();
    }

    /// <summary>Tells the hub that nothing more will come.</summary>
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
