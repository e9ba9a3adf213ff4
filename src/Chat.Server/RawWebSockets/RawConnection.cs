using System.Diagnostics.CodeAnalysis;
using System.Net.WebSockets;
using System.Security.Claims;
using System.Text;
using Chat.Protocol;
using Chat.Server.Diagnostics;
using Chat.Server.Identity;
using Chat.Server.Messaging;
using Microsoft.AspNetCore.Connections;

namespace Chat.Server.RawWebSockets;

/// <summary>
/// The thin adapter between an old raw socket and the hub: finds out who speaks, passes frames in and records out, and sees to an honest end.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "What it owns is disposed when RunAsync ends.")]
internal sealed class RawConnection(
    HttpContext context, WebSocket socket, int maxFrameBytes, Outbox outbox, OutboxSender sender, ConnectionHandler hub, ConfirmedPositions confirmed,
    ColonHubProtocol protocol, ReservedNames reserved, ChatMetrics metrics, TimeProvider time, TimeSpan registerTimeout, CancellationToken stopping) : ICatchUp
{
    private readonly FramesInFlight inFlight = new();
    private readonly RefusalWindow refusals = new(time);
    private ITimer? registerDeadline;
    private RawHubConnection? registered;
    private Task hubRun = Task.CompletedTask;
    private byte[] user = [];

    public async Task RunAsync()
    {
        using var stop = stopping.UnsafeRegister(_ => outbox.Close(CloseCodes.ShuttingDown, "The server is shutting down."), null);
        registerDeadline = time.CreateTimer(_ => outbox.Close(CloseCodes.NotRegistered, "No valid frame came in time."), null, registerTimeout, Timeout.InfiniteTimeSpan);
        RegisterKnownUser();
        var sending = sender.RunAsync();
        var reading = ReadAsync();
        if (await Task.WhenAny(reading, sending) == reading)
            await EndAsync(await reading);
        await sending;
        await AwaitCloseAsync(reading);
        await UnregisterAsync();
        await reading;
    }

    /// <summary>The hub has put the connection into its user's group.</summary>
    void ICatchUp.Begin() => outbox.CatchUp();

    /// <summary>Reads frames until the client closes or must be closed; null when the connection was lost.</summary>
    private async Task<CloseFrame?> ReadAsync()
    {
        using var reader = new FrameReader(socket, maxFrameBytes);
        try
        {
            while (true)
                switch (await reader.ReadAsync())
                {
                    case FrameKind.Text:
                        await TakeAsync(reader.Frame);
                        break;
                    case FrameKind.Binary:
                        return new CloseFrame(CloseCodes.Binary, "Frames are text.");
                    case FrameKind.TooLarge:
                        return new CloseFrame(CloseCodes.TooLarge, $"A frame has at most {maxFrameBytes} bytes.");
                    case FrameKind.Close:
                        return null;
                }
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            return null;
        }
    }

    private ValueTask TakeAsync(ReadOnlyMemory<byte> bytes)
    {
        if (!ColonFrame.TryParse(bytes.Span, out var frame))
            Refuse(ChatError.BadFrame);
        else if (IsSpeaker(frame) && !IsRegistrationOnly(frame))
            return PassAsync(bytes);
        return ValueTask.CompletedTask;
    }

    /// <summary>Whether the frame comes from the connection's user, whom the first frame decides on; refuses it otherwise.</summary>
    private bool IsSpeaker(ColonFrame frame)
    {
        if (registered is not null && frame.From.SequenceEqual(user))
            return true;
        if (frame.UserId() is not { } speaker)
            Refuse(ChatError.BadUserId);
        else if (reserved.Contains(speaker))
            Refuse(ChatError.Forbidden);
        else if (registered is not null)
            Refuse(ChatError.IdentityMismatch);
        else
        {
            Register(UserPrincipal.Of(speaker, reserved), speaker);
            return true;
        }
        return false;
    }

    // Nothing is said: whoever it is addressed to is not looked at, unless it asks to join something.
    private static bool IsRegistrationOnly(ColonFrame frame) => frame.Content.IsEmpty && (frame.To.IsEmpty || frame.To[0] is not ((byte)'#' or (byte)'$'));

    private async ValueTask PassAsync(ReadOnlyMemory<byte> frame)
    {
        inFlight.Add();
        await registered!.WriteAsync(frame.Span);
    }

    /// <summary>The user may be known from the upgrade; one that nobody can be leaves the connection to its first frame.</summary>
    private void RegisterKnownUser()
    {
        if (context.User.UserId() is { } known)
            Register(context.User, known);
        else if (context.Features.Get<RefusedIdentity>() is { Reason: var reason })
            Refuse(reason.Error, reason.Message);
    }

    private void Register(ClaimsPrincipal principal, string userId)
    {
        registerDeadline!.Dispose();
        user = Encoding.UTF8.GetBytes(userId);
        sender.User = userId;
        registered = new RawHubConnection(context.Connection.Id, principal, this, Take);
        hubRun = RunHubAsync(registered);
    }

    private async Task RunHubAsync(RawHubConnection connection)
    {
        await connection.RunAsync(hub).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // the hub logs its own faults
        outbox.Close(CloseCodes.NotAllStored, "The server ended the connection.");
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
                Answer(error, record.Frame);
                inFlight.Refused(error);
                break;
        }
    }

    private void Refuse(ChatError error, string? text = null)
    {
        metrics.Refused(error);
        Answer(error, Encoding.UTF8.GetBytes(protocol.ErrorFrame(error, text ?? error.Text)));
    }

    private void Answer(ChatError error, ReadOnlyMemory<byte> frame)
    {
        if (!outbox.AddNotice(frame))
            outbox.Close(CloseCodes.SlowReader, "This connection read too slowly.");
        else if (refusals.Add(error))
            outbox.Close(CloseCodes.TooManyRefusals, "Too many refused frames.");
    }

    /// <summary>Answers the end of what the client sends. A clean 1000 says that everything it sent is stored.</summary>
    private async Task EndAsync(CloseFrame? close)
    {
        await Task.WhenAny(inFlight.DrainAsync(), hubRun);
        close ??= inFlight.AllStored ? new CloseFrame(CloseCodes.Closed, "") : new CloseFrame(CloseCodes.NotAllStored, "Not all was stored.");
        outbox.Close(close.Code, close.Reason);
    }

    /// <summary>Our close is out: now the client's is waited for, but not for ever. What it still sends is too late.</summary>
    private async Task AwaitCloseAsync(Task<CloseFrame?> reading)
    {
        try
        {
            using var late = new FrameReader(socket, maxFrameBytes);
            await reading.WaitAsync(CloseCodes.CloseTime, time);
            while (socket.State == WebSocketState.CloseSent)
                await late.ReadAsync().AsTask().WaitAsync(CloseCodes.CloseTime, time);
        }
        catch (Exception e) when (e is TimeoutException or WebSocketException or ObjectDisposedException or OperationCanceledException)
        {
            // It never answered, or is gone.
        }
        // What was said last may still be on its way: only a connection that is left hanging is cut.
        if (socket.State is not (WebSocketState.Closed or WebSocketState.Aborted))
            socket.Abort();
    }

    private async Task UnregisterAsync()
    {
        await registerDeadline!.DisposeAsync();
        if (registered is null)
            return;
        registered.Complete();
        await hubRun;
        await registered.DisposeAsync();
        await confirmed.SaveAsync(sender.User, sender.User);
    }

    private sealed record CloseFrame(int Code, string Reason);
}
