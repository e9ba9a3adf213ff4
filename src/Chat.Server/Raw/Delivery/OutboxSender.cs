using System.Buffers;
using System.Net.WebSockets;
using System.Text;
using Chat.Protocol;
using Chat.Server.Log;
using Chat.Server.Raw.Socket;

namespace Chat.Server.Raw.Delivery;

/// <summary>Puts on the socket what the outbox holds, at the socket's pace, and what the log holds where the outbox had no room.</summary>
internal sealed class OutboxSender(WebSocket socket, Outbox outbox, PongConfirmation confirmation, RawServices server)
{
    // One page in memory costs a connection no more than its queue may.
    private static readonly PageLimit LogPage = new(200, 256 << 10);

    private readonly TimeSpan sendTimeout = server.Limits.Value.SendTimeout;

    /// <summary>Runs until the close has been sent, or the connection is lost or given up.</summary>
    public async Task RunAsync()
    {
        try
        {
            await foreach (var outgoing in outbox.Queue.ReadAllAsync())
                switch (outgoing)
                {
                    case { Close: { } close }:
                        await CloseAsync(close.Code, close.Reason);
                        break;
                    case { Value: { } subscription }:
                        if (subscription.Take() is { } value)
                            await SendAsync(value.In(server.Protocol.Name, static value => ColonFrame.Of(value)));
                        break;
                    case { Stream: { } stream, Offset: 0 }:
                        await SendFromLogAsync(stream);
                        break;
                    default:
                        if (outgoing.Stream is not { HasEnded: true })
                            await SendAsync(outgoing.Frame);
                        outbox.Sent(outgoing);
                        break;
                }
        }
        catch (TimeoutException)
        {
            await CloseAsync(CloseCodes.SlowReader, "This connection read too slowly.");
        }
        catch (LogUnavailableException)
        {
            await CloseAsync(CloseCodes.InternalError, "The message log cannot be read now.");
        }
        catch (Exception e) when (LostConnection.Is(e))
        {
            // Nothing that is not confirmed is lost.
        }
        catch
        {
            await CloseAsync(CloseCodes.InternalError, "The server failed.");
            throw;
        }
    }

    private async Task SendFromLogAsync(StreamCursor stream)
    {
        var after = outbox.LastQueued(stream);
        // Not kept: it grows to the longest frame, and most connections catch up once.
        var frame = new ArrayBufferWriter<byte>();
        var count = 0;
        StreamPage page;
        do
        {
            page = await server.Log.ReadAsync(StreamQuery.Following(stream.Name, after, LogPage), CancellationToken.None);
            if (after < page.Bounds.Trimmed)
            {
                await SendAsync(Encoding.UTF8.GetBytes(server.Protocol.NoticeFrame(Notice.Trimmed)));
                confirmation.Passed(stream, after = page.Bounds.Trimmed);
            }
            foreach (var message in page.Messages)
            {
                if (outbox.IsClosing || stream.HasEnded)
                    return;
                after = message.Offset;
                if (message.IsSentCopy)
                {
                    confirmation.Passed(stream, after);
                    continue;
                }
                frame.ResetWrittenCount();
                ColonFrame.Write(frame, message);
                await SendAsync(frame.WrittenMemory);
                confirmation.Sent(stream, after);
                count++;
            }
        }
        while (!outbox.IsClosing && (page.More || !outbox.TryGoLive(stream, after)));
        if (count > 0)
            server.Metrics.CaughtUp();
    }

    private ValueTask SendAsync(ReadOnlyMemory<byte> text)
    {
        var sending = socket.SendAsync(text, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        return sending.IsCompletedSuccessfully || sendTimeout == TimeSpan.Zero ? sending : new ValueTask(sending.AsTask().WaitAsync(sendTimeout, server.Time));
    }

    /// <summary>Says why the connection ends, behind whatever is still being sent. A reader that does not take it in time is cut.</summary>
    private async Task CloseAsync(int code, string reason)
    {
        server.Metrics.Closed(code);
        if (code == CloseCodes.SlowReader)
            server.Metrics.SlowClose("raw");
        try
        {
            await AskAndCloseAsync(code, reason).WaitAsync(CloseCodes.CloseTime, server.Time);
        }
        catch (TimeoutException)
        {
            socket.Abort();
        }
        catch (Exception e) when (LostConnection.Is(e))
        {
            // There is nobody to tell.
        }
    }

    private async Task AskAndCloseAsync(int code, string reason)
    {
        // A client that has closed reads nothing more.
        if (socket.State == WebSocketState.Open)
            await confirmation.EndAsync();
        await socket.CloseOutputAsync((WebSocketCloseStatus)code, reason, CancellationToken.None);
    }
}
