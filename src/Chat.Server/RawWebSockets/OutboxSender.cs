using System.Buffers;
using System.Net.WebSockets;
using System.Text;
using Chat.Protocol;
using Chat.Server.Diagnostics;
using Chat.Server.Limits;
using Chat.Server.Messaging;

namespace Chat.Server.RawWebSockets;

/// <summary>Puts on the socket what the outbox holds, at the socket's pace, and what the log holds where the outbox had no room.</summary>
internal sealed class OutboxSender(
    WebSocket socket, Outbox outbox, IMessageLog log, ConfirmedPositions confirmed, ColonHubProtocol protocol, LimitsOptions limits, ChatMetrics metrics, TimeProvider time)
{
    // One page in memory costs a connection no more than its queue may.
    private static readonly PageLimit LogPage = new(200, 256 << 10);

    private readonly ArrayBufferWriter<byte> frame = new();

    /// <summary>Whose mailbox is sent; set before the outbox is told to catch up.</summary>
    public string User { get; set; } = "";

    /// <summary>Runs until the close has been sent, or the connection is lost or given up.</summary>
    public async Task RunAsync()
    {
        try
        {
            await foreach (var outgoing in outbox.Queue.ReadAllAsync())
            {
                if (outgoing.Close is { } status)
                    await WithinAsync(CloseCodes.CloseTime, socket.CloseOutputAsync(status, outgoing.Reason, CancellationToken.None));
                else if (outgoing.IsFromLog)
                    await SendFromLogAsync();
                else
                    await SendAsync(outgoing);
            }
        }
        catch (TimeoutException)
        {
            metrics.SlowClose("raw");
            await EndSlowReaderAsync();
        }
        catch (LogUnavailableException)
        {
            await socket.CloseOutputAsync(WebSocketCloseStatus.InternalServerError, "The message log cannot be read now.", CancellationToken.None);
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The connection is gone. Nothing that is not confirmed is lost.
        }
    }

    private async ValueTask SendAsync(Outgoing outgoing)
    {
        await SendAsync(outgoing.Frame);
        outbox.Sent(outgoing);
        if (outgoing.Offset > 0)
            confirmed.Advance(User, User, outgoing.Offset);
    }

    private async Task SendFromLogAsync()
    {
        var after = outbox.LastQueued;
        if (after < 0) // just registered
            after = await confirmed.GetAsync(User, User, CancellationToken.None);
        StreamPage page;
        do
        {
            page = await log.ReadAsync(StreamQuery.Following(User, after, LogPage), CancellationToken.None);
            if (after < page.Bounds.Trimmed)
            {
                await SendAsync(Encoding.UTF8.GetBytes(protocol.NoticeFrame(Notice.Trimmed)));
                after = page.Bounds.Trimmed;
            }
            foreach (var message in page.Messages)
            {
                if (outbox.IsClosing)
                    return;
                if (!message.IsSentCopy)
                    await SendAsync(message);
                after = message.Offset;
            }
        }
        while (!outbox.IsClosing && (page.More || !outbox.TryGoLive(after)));
    }

    private async ValueTask SendAsync(Message message)
    {
        frame.ResetWrittenCount();
        ColonFrame.Write(frame, message.From, message.Content);
        await SendAsync(frame.WrittenMemory);
        confirmed.Advance(User, User, message.Offset);
    }

    private ValueTask SendAsync(ReadOnlyMemory<byte> text)
    {
        var sending = socket.SendAsync(text, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        return sending.IsCompletedSuccessfully || limits.SendTimeout == TimeSpan.Zero ? sending : new ValueTask(sending.AsTask().WaitAsync(limits.SendTimeout, time));
    }

    /// <summary>A reader that reads again soon is told why it is ended; one that does not is cut.</summary>
    private async Task EndSlowReaderAsync()
    {
        try
        {
            // Goes out behind the frame that is still being sent.
            await WithinAsync(CloseCodes.CloseTime, socket.CloseOutputAsync((WebSocketCloseStatus)CloseCodes.SlowReader, "This connection read too slowly.", CancellationToken.None));
        }
        catch (Exception e) when (e is TimeoutException or WebSocketException or ObjectDisposedException or InvalidOperationException)
        {
            socket.Abort();
        }
    }

    private Task WithinAsync(TimeSpan limit, Task task) => task.WaitAsync(limit, time);
}
