using System.Globalization;
using System.Security.Claims;
using Chat.Protocol;
using Chat.Server.Admission;
using Chat.Server.Identity;
using Chat.Server.Operations;
using Chat.Server.Raw.Delivery;
using Chat.Server.Sending;
using Microsoft.Extensions.Options;

namespace Chat.Server.Raw;

/// <summary>Admits a raw connection: finds its user, at the upgrade or by the first frame, and registers the user or refuses the connection.</summary>
/// <remarks>The reader of the connection calls every method except <see cref="DisposeAsync"/>.</remarks>
/// <param name="context">The upgrade request.</param>
/// <param name="server">The services.</param>
/// <param name="delivery">Sends the close of a refused connection.</param>
/// <param name="refusals">Answers refused frames.</param>
/// <param name="register">Registers an admitted user.</param>
internal sealed class RawAdmission(
    HttpContext context, AdmissionServices server, RawDelivery delivery, FrameRefusals refusals, Func<ClaimsPrincipal, string, Registration> register)
    : IAsyncDisposable
{
    private readonly ConnectionSlot? slot = server.Connections.TryTakeSlot(context.Connection.RemoteIpAddress);
    private readonly Lock gate = new();
    private ITimer? deadline;
    private bool isRefused, isDisposed;

    /// <summary>Null until the user is known.</summary>
    public Registration? Registration { get; private set; }

    /// <summary>Registers the user of the upgrade request. If it names none, or an impossible one, the first frame may register.</summary>
    public void Begin()
    {
        deadline = server.Time.CreateTimer(_ => CloseUnregistered(), null, server.Options.Value.RegisterTimeout, Timeout.InfiniteTimeSpan);
        var refused = context.Features.Get<RefusedIdentity>()?.Reason;
        if (slot is null)
            RefuseOneTooMany();
        else if (context.User.UserId() is { } known)
            TryRegister(context.User, known);
        else if (server.Identity.Value.Mode != IdentityMode.Claimed)
            Refuse(CloseCodes.Unauthenticated, ChatError.Unauthenticated,
                refused?.Message ?? (context.User.Identity?.IsAuthenticated == true ? UserPrincipal.Lost : "Present a valid token."));
        else if (refused is not null)
            refusals.Refuse(refused.Error, refused.Message);
    }

    /// <summary>Returns whether the frame comes from the registered user. The first valid frame registers its user; other frames are refused.</summary>
    public bool Admits(ColonFrame frame)
    {
        if (Registration?.IsOf(frame.From) == true)
            return true;
        // The close is on its way: the frame needs no answer.
        if (isRefused)
            return false;
        if (frame.UserId() is not { } speaker)
            refusals.Refuse(ChatError.BadUserId, ChatError.BadUserId.TextWith(Name.ProblemWithUserId(frame.Sender())));
        else if (server.Reserved.Contains(speaker))
            refusals.Refuse(ChatError.Forbidden);
        else if (Registration is not null)
            refusals.Refuse(ChatError.IdentityMismatch);
        else
            return TryRegister(UserPrincipal.Of(speaker, server.Reserved, server.Operators.Includes(context.Request), server.Time.GetTimestamp()), speaker);
        return false;
    }

    /// <summary>Gives the connection's slot back, leaves the hub and saves the confirmed positions.</summary>
    public async ValueTask DisposeAsync()
    {
        deadline?.Dispose();
        // The reader may still be passing on a frame that would register.
        lock (gate)
            isDisposed = true;
        slot?.Dispose();
        if (Registration is { } registration)
            await registration.DisposeAsync();
    }

    private bool TryRegister(ClaimsPrincipal principal, string userId)
    {
        lock (gate)
            if (!isDisposed && !delivery.IsClosing)
                Register(principal, userId);
        return Registration is not null;
    }

    private void Register(ClaimsPrincipal principal, string userId)
    {
        if (server.Banned.Contains(userId))
            Refuse(CloseCodes.Forbidden, ChatError.Forbidden, Notice.Banned.Text);
        else if (slot?.TryCountUser(userId) != true)
            RefuseOneTooMany();
        else
        {
            deadline?.Dispose();
            deadline = null;
            Registration = register(principal, userId);
        }
    }

    private void CloseUnregistered()
    {
        var seconds = server.Options.Value.RegisterTimeout.TotalSeconds;
        delivery.Close(
            CloseCodes.NotRegistered, string.Create(CultureInfo.InvariantCulture, $"No valid frame came within {seconds:0.###} s. Send userid:: first."));
    }

    private void RefuseOneTooMany() => Refuse(CloseCodes.TooManyConnections, ChatError.RateLimited, "Too many connections.");

    private void Refuse(int code, ChatError error, string reason)
    {
        isRefused = true;
        server.Metrics.CountRefusal(error);
        delivery.Close(code, reason);
    }
}

/// <summary>The services that <see cref="RawAdmission"/> uses.</summary>
internal sealed record AdmissionServices(
    ConnectionLimits Connections,
    BannedUsers Banned,
    ReservedNames Reserved,
    Operators Operators,
    ChatMetrics Metrics,
    TimeProvider Time,
    IOptions<IdentityOptions> Identity,
    IOptions<RawWebSocketOptions> Options);
