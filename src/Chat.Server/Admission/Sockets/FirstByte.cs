using Chat.Server.Operations;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Chat.Server.Admission.Sockets;

/// <summary>Ends sockets that say nothing. Kestrel's own limit for headers begins with their first byte; before it, one may stay for more than two minutes.</summary>
internal sealed class FirstByte(ChatMetrics metrics, TimeProvider time)
{
    // As long as the headers may take that it is the first byte of, for the same reason; under TLS it is the handshake's.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    public ConnectionDelegate Before(ConnectionDelegate next) => socket => AwaitAsync(socket, next);

    private async Task AwaitAsync(ConnectionContext socket, ConnectionDelegate next)
    {
        if (await CameAsync(socket))
            await next(socket);
    }

    // A method of its own: what it needs is gone while the connection lasts.
    private async Task<bool> CameAsync(ConnectionContext socket)
    {
        var input = socket.Transport.Input;
        var stopping = socket.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? CancellationToken.None;
        using var silence = new CancellationTokenSource(Limit, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, stopping);
        try
        {
            var read = await input.ReadAsync(end.Token);
            input.AdvanceTo(read.Buffer.Start); // nothing is consumed or examined: whoever reads next finds it all
            return !read.Buffer.IsEmpty;
        }
        catch (OperationCanceledException)
        {
            if (silence.IsCancellationRequested && !stopping.IsCancellationRequested)
                metrics.SocketEnded("silence");
            return false;
        }
        catch (IOException)
        {
            return false; // reset, or ended otherwise, before it said anything
        }
    }
}
