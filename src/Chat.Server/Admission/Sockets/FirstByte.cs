using Chat.Server.Operations;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Chat.Server.Admission.Sockets;

/// <summary>Closes sockets that send nothing. Kestrel's time-out for headers starts with their first byte; Kestrel waits over two minutes for it.</summary>
internal sealed class FirstByte(IOptions<KestrelServerOptions> kestrel, ChatMetrics metrics, TimeProvider time)
{
    // The first byte may take as long as the headers after it. Under TLS it is the first byte of the handshake.
    private readonly TimeSpan limit = kestrel.Value.Limits.RequestHeadersTimeout is var set && set == TimeSpan.MaxValue ? Timeout.InfiniteTimeSpan : set;

    public ConnectionDelegate RunBefore(ConnectionDelegate next) => socket => AwaitAsync(socket, next);

    private async Task AwaitAsync(ConnectionContext socket, ConnectionDelegate next)
    {
        if (await IsReceivedAsync(socket))
            await next(socket);
    }

    // A method of its own, so that its state is freed while the connection lasts.
    private async Task<bool> IsReceivedAsync(ConnectionContext socket)
    {
        var input = socket.Transport.Input;
        var stopping = socket.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? CancellationToken.None;
        using var silence = new CancellationTokenSource(limit, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, stopping);
        try
        {
            var read = await input.ReadAsync(end.Token);
            input.AdvanceTo(read.Buffer.Start); // nothing is consumed or examined: the next read returns it all
            return !read.Buffer.IsEmpty;
        }
        catch (OperationCanceledException)
        {
            if (silence.IsCancellationRequested && !stopping.IsCancellationRequested)
                metrics.CountEndedSocket("silence");
            return false;
        }
        catch (IOException)
        {
            return false; // reset before its first byte
        }
    }
}
