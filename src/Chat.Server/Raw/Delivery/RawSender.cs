using System.Buffers;
using System.Net.WebSockets;
using System.Text;
using Chat.Protocol;
using Chat.Server.Admission;
using Chat.Server.Log;
using Chat.Server.Operations;
using Chat.Server.Raw.Socket;
using Chat.Server.Topics;
using Microsoft.Extensions.Options;

namespace Chat.Server.Raw.Delivery;

/// <summary>Writes the items of <see cref="RawDelivery"/> to the socket, at the pace of the socket. Reads from the log where the queue had no room.</summary>
/// <remarks>Takes no lock. Its loop alone starts writes to the socket; one frame at a time is on its way.</remarks>
internal sealed class RawSender(WebSocket socket, PingStream pings, RawDelivery delivery, SenderServices server)
{
    // One page costs a connection no more memory than its queue may.
    private static readonly PageLimit LogPage = new(200, 256 << 10);

    private readonly TimeSpan sendTimeout = server.Limits.Value.SendTimeout;

    /// <summary>Runs until the close is sent or the connection is lost.</summary>
    public async Task RunAsync()
    {
        try
        {
            var close = await SendAsync();
            await CloseAsync(close.Code, close.Reason);
        }
        catch (TimeoutException)
        {
            await CloseAsync(CloseCodes.SlowClient, CloseCodes.SlowClientReason);
        }
        catch (LogUnavailableException)
        {
            await CloseAsync(CloseCodes.InternalError, "The server cannot read the message log now.");
        }
        catch (Exception e) when (LostConnection.Is(e))
        {
            // The next connection gets what is not confirmed.
        }
        catch
        {
            await CloseAsync(CloseCodes.InternalError, CloseCodes.InternalErrorReason);
            throw;
        }
    }

    /// <summary>Sends item by item, and returns the close behind them.</summary>
    private async Task<CloseFrame> SendAsync()
    {
        while (true)
        {
            if (!delivery.TryTake(out var next, out var added))
            {
                await added;
                continue;
            }
            switch (next.Kind)
            {
                case OutgoingKind.Message or OutgoingKind.ServerFrame:
                    if (next.Subject is not StreamCursor { HasEnded: true })
                        await WriteAsync(next.Frame);
                    Ping(delivery.MarkSent(next));
                    break;
                case OutgoingKind.CatchUp:
                    await SendFromLogAsync((StreamCursor)next.Subject!);
                    break;
                case OutgoingKind.Value:
                    if (((Subscription)next.Subject!).Take() is { } value)
                        await WriteAsync(value.In(server.Protocol.Name, static value => ColonFrame.Of(value)));
                    break;
                case OutgoingKind.Ping:
                    Ping(next.Number);
                    break;
                case OutgoingKind.Close:
                    return (CloseFrame)next.Subject!;
            }
        }
    }

    private async Task SendFromLogAsync(StreamCursor stream)
    {
        // The sender alone moves a stream that is behind, so it reads Queued without the lock.
        var after = stream.Queued;
        // Not kept: it grows to the longest frame, and most connections catch up once.
        var frame = new ArrayBufferWriter<byte>();
        var count = 0;
        StreamPage page;
        do
        {
            page = await server.Log.ReadAsync(StreamQuery.Following(stream.Name, after, LogPage), CancellationToken.None);
            if (after < page.Bounds.Trimmed)
            {
                await WriteAsync(Encoding.UTF8.GetBytes(server.Protocol.NoticeFrame(Notice.Trimmed)));
                delivery.Pass(stream, after = page.Bounds.Trimmed);
            }
            foreach (var message in page.Messages)
            {
                if (delivery.IsClosing || stream.HasEnded)
                    return;
                after = message.Offset;
                if (message.IsSentCopy)
                {
                    delivery.Pass(stream, after);
                    continue;
                }
                frame.ResetWrittenCount();
                ColonFrame.Write(frame, message);
                await WriteAsync(frame.WrittenMemory);
                Ping(delivery.MarkSent(stream, after));
                count++;
            }
        }
        while (!delivery.IsClosing && (page.More || !delivery.TryGoLive(stream)));
        if (count > 0)
            server.Metrics.CountCatchUp();
    }

    private ValueTask WriteAsync(ReadOnlyMemory<byte> text)
    {
        var sending = socket.SendAsync(text, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        return sending.IsCompletedSuccessfully || sendTimeout == TimeSpan.Zero ? sending : new ValueTask(sending.AsTask().WaitAsync(sendTimeout, server.Time));
    }

    /// <summary>Starts a ping. The next frame is written behind it.</summary>
    private void Ping(long number)
    {
        if (number != 0)
            _ = PingAsync(number);
    }

    private async Task PingAsync(long number)
    {
        try
        {
            await pings.PingAsync(number);
        }
        catch (Exception e) when (LostConnection.Is(e) || e is IOException)
        {
            // The reader of the connection gets the same error, and ends the connection.
        }
    }

    /// <summary>Sends the close behind a write that is still going on. A client that does not take it in time is cut off.</summary>
    private async Task CloseAsync(int code, string reason)
    {
        server.Metrics.CountClose(code);
        if (code == CloseCodes.SlowClient)
            server.Metrics.CountSlowClose("raw");
        try
        {
            await PingAndCloseAsync(code, reason).WaitAsync(CloseCodes.CloseTime, server.Time);
        }
        catch (TimeoutException)
        {
            socket.Abort();
        }
        catch (Exception e) when (LostConnection.Is(e))
        {
            // The client is gone.
        }
    }

    private async Task PingAndCloseAsync(int code, string reason)
    {
        // A client that has sent its close reads nothing more.
        if (socket.State == WebSocketState.Open && delivery.EndConfirmation() is not 0 and var number)
            await PingAsync(number);
        await socket.CloseOutputAsync((WebSocketCloseStatus)code, reason, CancellationToken.None);
    }
}

/// <summary>The services that <see cref="RawSender"/> uses.</summary>
internal sealed record SenderServices(IMessageLog Log, ColonHubProtocol Protocol, ChatMetrics Metrics, TimeProvider Time, IOptions<LimitsOptions> Limits);
