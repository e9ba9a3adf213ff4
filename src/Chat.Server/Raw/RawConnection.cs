using System.Diagnostics.CodeAnalysis;
using System.Net.WebSockets;
using Chat.Protocol;
using Chat.Server.Hubs.Output;
using Chat.Server.Log;
using Chat.Server.Operations;
using Chat.Server.Raw.Delivery;
using Chat.Server.Raw.Socket;

namespace Chat.Server.Raw;

/// <summary>
/// The thin adapter between an old raw socket and the hub: passes frames in and records out, and sees to an honest end.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "What it owns is disposed when RunAsync ends.")]
internal sealed partial class RawConnection
{
    private readonly WebSocket socket;
    private readonly RawServices server;
    private readonly FrameReader frames;
    private readonly PongConfirmation confirmation;
    private readonly Outbox outbox;
    private readonly OutboxSender sender;
    private readonly FrameRefusals refusals;
    private readonly Registration registration;
    private readonly FramesInFlight inFlight = new();
    private readonly SendPace pace;
    private readonly RawDoor door;

    public RawConnection(HttpContext context, WebSocket socket, RawServices server)
    {
        (this.socket, this.server) = (socket, server);
        var stream = context.Features.Get<PingStream>()!;
        frames = new FrameReader(socket, server.Messaging.Value.MaxFrameBytes);
        confirmation = new PongConfirmation(stream.PingAsync, server.Time, Confirm);
        outbox = new Outbox(server.Limits.Value.MaxQueuedBytes, confirmation);
        sender = new OutboxSender(socket, outbox, confirmation, server);
        stream.Watch(new FrameLimits(confirmation, outbox, server));
        refusals = new FrameRefusals(outbox, server);
        registration = new Registration(outbox, server, Take, new RawControl(context.Connection.RemoteIpAddress, socket, outbox, server));
        pace = new SendPace(server.Sends, server.Time);
        door = new RawDoor(context, server, outbox, refusals, registration, confirmation.Begin);
    }

    public async Task RunAsync()
    {
        using var stop = server.Drain.Over.UnsafeRegister(_ => outbox.Close(CloseCodes.ShuttingDown, Drain.Reason), null);
        var sending = sender.RunAsync();
        var reading = ReadAsync();
        try
        {
            if (await Task.WhenAny(reading, sending) == reading)
                await EndAsync(await reading);
            await sending;
        }
        catch (Exception e)
        {
            LogFault(server.Logger, e);
        }
        // Whatever has happened, nothing may be left behind.
        await AwaitCloseAsync(reading);
        door.Leave();
        confirmation.Dispose();
        await registration.EndAsync();
        await reading;
        frames.Dispose();
    }

    /// <summary>Reads frames until the client closes or must be closed; null when there is nothing to say to it: it closed, or is gone. A fault
    /// of the server's own is a reason to close, too.</summary>
    private async Task<CloseFrame?> ReadAsync()
    {
        try
        {
            door.Enter();
            while (true)
                switch (await ReadFrameAsync())
                {
                    case FrameKind.Text:
                        await TakeAsync(frames.Frame);
                        break;
                    case FrameKind.Binary:
                        return new CloseFrame(CloseCodes.Binary, "Frames are text.");
                    case FrameKind.TooLarge:
                        return new CloseFrame(CloseCodes.TooLarge, $"A frame has at most {server.Messaging.Value.MaxFrameBytes} bytes.");
                    case FrameKind.Close or FrameKind.Lost:
                        return null;
                }
        }
        catch (Exception) when (socket.State == WebSocketState.Aborted)
        {
            // It was cut while this still worked for it.
            return null;
        }
        catch (Exception e)
        {
            LogFault(server.Logger, e);
            return new CloseFrame(CloseCodes.InternalError, "The server failed.");
        }
    }

    /// <summary>Reads a frame. While the log is behind, a client whose frames have all been read is left alone for a moment.</summary>
    /// <inheritdoc cref="PacedInput"/>
    private ValueTask<FrameKind> ReadFrameAsync() => PacedInput.Pace(frames.ReadAsync(), server.Health, TimeProvider.System);

    private ValueTask TakeAsync(ReadOnlyMemory<byte> bytes)
    {
        if (!ColonFrame.TryParse(bytes.Span, out var frame))
        {
            refusals.Refuse(ChatError.BadFrame);
            return ValueTask.CompletedTask;
        }
        if (!door.Admits(frame) || IsRegistrationOnly(frame))
            return ValueTask.CompletedTask;
        if (frame.Content.IsEmpty || server.Health.Load != LogLoad.TooFarBehind)
            return PassAsync(bytes);
        // Before it costs more than to read it.
        refusals.Refuse(ChatError.Unavailable, LogUnavailableException.TooFarBehind);
        inFlight.AddUnstored();
        return ValueTask.CompletedTask;
    }

    // Nothing is said: whoever it is addressed to is not looked at, unless it asks to join something.
    private static bool IsRegistrationOnly(ColonFrame frame) => frame.Content.IsEmpty && !frame.IsToRoomOrTopic;

    private async ValueTask PassAsync(ReadOnlyMemory<byte> frame)
    {
        if (await pace.EnterAsync(registration.User))
        {
            inFlight.Add();
            await registration.WriteAsync(frame);
        }
        else
            refusals.Refuse(ChatError.RateLimited);
    }

    /// <summary>Gets what the hub says.</summary>
    private void Take(ColonRecord record)
    {
        switch (record.Kind)
        {
            case ColonRecordKind.Message or ColonRecordKind.SentCopy:
                outbox.Add(record);
                break;
            case ColonRecordKind.Completed:
                inFlight.Completed();
                break;
            case ColonRecordKind.Refused:
                var error = ChatError.FromNumber((int)record.Number)!;
                refusals.Answer(error, record.Frame);
                inFlight.Refused(error);
                break;
        }
    }

    private void Confirm(string stream, long offset) => server.Confirmed.Advance(registration.User, stream, offset);

    /// <summary>Answers the end of what the client sends. A clean 1000 says that everything it sent is stored.</summary>
    private async Task EndAsync(CloseFrame? close)
    {
        // Where the server failed, a frame may have been counted that the hub never saw.
        if (close?.Code != CloseCodes.InternalError)
            await Task.WhenAny(inFlight.DrainAsync(), registration.HubRun);
        close ??= inFlight.AllStored ? new CloseFrame(CloseCodes.Closed, "") : new CloseFrame(CloseCodes.InternalError, "Not all was stored.");
        outbox.Close(close.Code, close.Reason);
    }

    /// <summary>Our close is out: now the client's is waited for, but not for ever.</summary>
    private async Task AwaitCloseAsync(Task reading)
    {
        await ReadToCloseAsync(reading).WaitAsync(CloseCodes.CloseTime, server.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // What was said last may still be on its way: only a connection that is left hanging is cut.
        if (socket.State is not (WebSocketState.Closed or WebSocketState.Aborted))
            socket.Abort();
    }

    private async Task ReadToCloseAsync(Task reading)
    {
        await reading;
        await frames.SkipToCloseAsync();
    }

    [LoggerMessage(1, LogLevel.Error, "A raw connection failed.")]
    private static partial void LogFault(ILogger logger, Exception fault);
}
