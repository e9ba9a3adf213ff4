using System.Net.WebSockets;
using Chat.Server.Operations;
using Chat.Server.Raw.Delivery;
using Chat.Server.Raw.Socket;

namespace Chat.Server.Raw;

/// <summary>Runs one raw connection: reads, sends, and ends both with the right close code.</summary>
internal sealed partial class RawConnection(
    WebSocket socket, FrameReader frames, FrameIntake intake, FrameOutcomes outcomes, RawAdmission admission, RawDelivery delivery, RawSender sender,
    Drain drain, TimeProvider time, ILogger<RawConnection> logger)
{
    public async Task RunAsync()
    {
        using var stop = drain.Over.UnsafeRegister(_ => Stop(), null);
        var sending = sender.RunAsync();
        var reading = ReadAsync();
        try
        {
            if (await Task.WhenAny(reading, sending) == reading)
                await EndAsync(await reading, sending);
            await sending;
        }
        catch (Exception e)
        {
            LogFault(logger, e);
        }
        await AwaitCloseAsync(reading);
        delivery.Dispose();
        // Before the last await: the reader may be waiting for the hub.
        await admission.DisposeAsync();
        await reading;
        frames.Dispose();
    }

    private void Stop()
    {
        if (drain.HasFailed)
            delivery.Close(CloseCodes.InternalError, CloseCodes.InternalErrorReason);
        else
            delivery.Close(CloseCodes.ShuttingDown, Drain.Reason);
    }

    /// <summary>Reads until the client closes or must be closed. Returns the close to send; null if the client has closed or is gone.</summary>
    private async Task<CloseFrame?> ReadAsync()
    {
        try
        {
            admission.Begin();
            return await intake.RunAsync() switch
            {
                FrameKind.Binary => new CloseFrame(CloseCodes.Binary, "The message is binary. Send text."),
                FrameKind.TooLarge => new CloseFrame(CloseCodes.TooLarge, $"The frame has more than {frames.MaxBytes} bytes. Send a smaller frame."),
                _ => null,
            };
        }
        catch (Exception) when (socket.State == WebSocketState.Aborted)
        {
            // The connection was cut off while a frame was read or passed on.
            return null;
        }
        catch (Exception e)
        {
            LogFault(logger, e);
            return new CloseFrame(CloseCodes.InternalError, CloseCodes.InternalErrorReason);
        }
    }

    /// <summary>Closes after the client's last frame. 1000 tells the client that every frame is stored or was refused.</summary>
    /// <param name="close">The close to send; null to decide when every frame is answered.</param>
    /// <param name="sending">Completes if another close is sent meanwhile.</param>
    private async Task EndAsync(CloseFrame? close, Task sending)
    {
        var hubRun = admission.Registration?.HubRun ?? Task.CompletedTask;
        // After an error of the server, a frame may have been counted that the hub never got.
        if (close?.Code != CloseCodes.InternalError)
            await Task.WhenAny(outcomes.DrainAsync(), hubRun, sending);
        close ??= outcomes.AllStored
            ? new CloseFrame(CloseCodes.Closed, "")
            : new CloseFrame(CloseCodes.InternalError, "Some frames were not stored. Send them again.");
        delivery.Close(close.Code, close.Reason);
    }

    /// <summary>Waits for the client's close after the server has sent its own, for <see cref="CloseCodes.CloseTime"/> at most.</summary>
    private async Task AwaitCloseAsync(Task reading)
    {
        await ReadToCloseAsync(reading).WaitAsync(CloseCodes.CloseTime, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // A closed socket is not aborted: its last bytes may still be on their way.
        if (socket.State is not (WebSocketState.Closed or WebSocketState.Aborted))
            socket.Abort();
    }

    private async Task ReadToCloseAsync(Task reading)
    {
        await reading;
        await frames.SkipToCloseAsync();
    }

    [LoggerMessage(1, LogLevel.Error, "A raw connection failed, and is closed with 1011 if it still can be.")]
    private static partial void LogFault(ILogger logger, Exception fault);
}
