using System.Diagnostics.CodeAnalysis;
using System.Security.Claims;
using Chat.Protocol;
using Chat.Server.Admission;
using Chat.Server.Identity;
using Chat.Server.Raw.Delivery;

namespace Chat.Server.Raw;

/// <summary>Lets a raw connection in: finds out who speaks, at the upgrade or by the first frame, and refuses who may not.</summary>
/// <param name="context">The upgrade.</param>
/// <param name="server">The server.</param>
/// <param name="outbox">Where a refusal is said.</param>
/// <param name="refusals">Where a frame's is.</param>
/// <param name="registration">Made when the user is known.</param>
/// <param name="registering">Called just before: with the registration, frames go out.</param>
[SuppressMessage("Design", "CA1001", Justification = "What it owns is disposed by Leave.")]
internal sealed class RawDoor(HttpContext context, RawServices server, Outbox outbox, FrameRefusals refusals, Registration registration, Action registering)
{
    private readonly ConnectionSlot? place = server.Connections.Enter(context.Connection.RemoteIpAddress);
    private ITimer? deadline;
    private bool isShut;

    /// <summary>Whether a frame can say who speaks.</summary>
    private bool FramesAreBelieved => server.Identity.Value.Mode == IdentityMode.Claimed;

    /// <summary>Registers the user that is known from the upgrade; one that nobody can be leaves the connection to its first frame.</summary>
    public void Enter()
    {
        deadline = server.Time.CreateTimer(
            _ => outbox.Close(CloseCodes.NotRegistered, "No valid frame came in time."), null, server.Options.Value.RegisterTimeout, Timeout.InfiniteTimeSpan);
        var refused = context.Features.Get<RefusedIdentity>()?.Reason;
        if (place is null)
            RefuseOneTooMany();
        else if (context.User.UserId() is { } known)
            TryRegister(context.User, known);
        else if (!FramesAreBelieved)
            Refuse(CloseCodes.Unauthenticated, ChatError.Unauthenticated, refused?.Message ?? "Present a valid token.");
        else if (refused is not null)
            refusals.Refuse(refused.Error, refused.Message);
    }

    /// <summary>Whether the frame comes from the connection's user, whom the first frame decides on; refuses it otherwise.</summary>
    public bool Admits(ColonFrame frame)
    {
        if (registration.IsOf(frame.From))
            return true;
        // What comes until the close is answered is nobody's.
        if (isShut)
            return false;
        if (frame.UserId() is not { } speaker)
            refusals.Refuse(ChatError.BadUserId, ChatError.BadUserId.TextWith(Name.ProblemWithUserId(frame.Sender())));
        else if (server.Reserved.Contains(speaker))
            refusals.Refuse(ChatError.Forbidden);
        else if (registration.IsMade)
            refusals.Refuse(ChatError.IdentityMismatch);
        else
            return TryRegister(UserPrincipal.Of(speaker, server.Reserved, server.Operators.Includes(context.Request)), speaker);
        return false;
    }

    /// <summary>Gives the connection's place to another.</summary>
    public void Leave()
    {
        deadline?.Dispose();
        place?.Dispose();
    }

    private bool TryRegister(ClaimsPrincipal principal, string userId)
    {
        if (server.Banned.Contains(userId))
            Refuse(CloseCodes.Forbidden, ChatError.Forbidden, Notice.Banned.Text);
        else if (place?.TryTake(userId) != true)
            RefuseOneTooMany();
        else
        {
            deadline?.Dispose();
            deadline = null;
            registering();
            registration.Make(principal, userId);
        }
        return registration.IsMade;
    }

    private void RefuseOneTooMany() => Refuse(CloseCodes.TooManyConnections, ChatError.RateLimited, "Too many connections.");

    private void Refuse(int code, ChatError error, string reason)
    {
        isShut = true;
        server.Metrics.Refused(error);
        outbox.Close(code, reason);
    }
}
