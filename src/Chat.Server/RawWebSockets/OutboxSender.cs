using System.Buffers;
using System.Net.WebSockets;
using System.Text;
using Chat.Protocol;
using Chat.Server.Messaging;

namespace Chat.Server.RawWebSockets;

/// <summary>Puts on the socket what the outbox holds, at the socket's pace, and what the log holds where the outbox had no room.</summary>
internal sealed class OutboxSender(WebSocket socket, Outbox outbox, RawServices server)
{
    // One page in memory costs a connection no more than its queue may.
    private static readonly PageLimit LogPage = new(200, 256 << 10);

    private readonly ArrayBufferWriter<byte> frame = new();
    private readonly TimeSpan sendTimeout = server.Limits.Value.SendTimeout;

    private long start;

    /// <summary>Whose mailbox is sent.</summary>
    public string User { get; private set; } = "";

    /// <summary>Begins at the user's confirmed position. It must be known before the connection is in its user's group: what another
    /// device confirms after that, this one is sent all the same.</summary>
    /// <exception cref="LogUnavailableException"/>
    public async Task BeginAsync(string user)
    {
        User = user;
        start = await server.Confirmed.GetAsync(user, user, CancellationToken.None);
    }

    /// <summary>Runs until the close has been sent, or the connection is lost or given up.</summary>
    public async Task RunAsync()
    {
        try
        {
            await foreach (var outgoing in outbox.Queue.ReadAllAsync())
                if (outgoing.Close is { } code)
                    await CloseAsync(code, outgoing.Reason!);
                else if (outgoing.IsFromLog)
                    await SendFromLogAsync();
                else
                {
                    await SendAsync(outgoing.Frame);
                    outbox.Sent(outgoing);
                }
        }
        catch (TimeoutException)
        {
            await CloseAsync(CloseCodes.SlowReader, "This connection read too slowly.");
        }
        catch (LogUnavailableException)
        {
            await CloseAsync(CloseCodes.NotAllStored, "The message log cannot be read now.");
        }
        catch (Exception e) when (LostConnection.Is(e))
        {
            // Nothing that is not confirmed is lost.
        }
    }

    private async Task SendFromLogAsync()
    {
        var after = Math.Max(start, outbox.LastQueued);
        StreamPage page;
        do
        {
            page = await server.Log.ReadAsync(StreamQuery.Following(User, after, LogPage), CancellationToken.None);
            if (after < page.Bounds.Trimmed)
            {
                await SendAsync(Encoding.UTF8.GetBytes(server.Protocol.NoticeFrame(Notice.Trimmed)));
                outbox.SentFromLog(after = page.Bounds.Trimmed);
            }
            foreach (var message in page.Messages)
            {
                if (outbox.IsClosing)
                    return;
                if (!message.IsSentCopy)
                    await SendAsync(message);
                outbox.SentFromLog(after = message.Offset);
            }
        }
        while (!outbox.IsClosing && (page.More || !outbox.TryGoLive(after)));
    }

    private ValueTask SendAsync(Message message)
    {
        frame.ResetWrittenCount();
        ColonFrame.Write(frame, message.From, message.Content);
        return SendAsync(frame.WrittenMemory);
    }

    private ValueTask SendAsync(ReadOnlyMemory<byte> text)
    {
        var sending = socket.SendAsync(text, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        return sending.IsCompletedSuccessfully || sendTimeout == TimeSpan.Zero ? sending : new ValueTask(sending.AsTask().WaitAsync(sendTimeout, server.Time));
    }

    /// <summary>Says why the connection ends, behind whatever is still being sent. A reader that does not take it in time is cut.</summary>
    private async Task CloseAsync(int code, string reason)
    {
        if (code == CloseCodes.SlowReader)
            server.Metrics.SlowClose("raw");
        try
        {
            await socket.CloseOutputAsync((WebSocketCloseStatus)code, reason, CancellationToken.None).WaitAsync(CloseCodes.CloseTime, server.Time);
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
}
