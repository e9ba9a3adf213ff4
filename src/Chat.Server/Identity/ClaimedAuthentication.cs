using System.Text.Encodings.Web;
using Chat.Protocol;
using Chat.Server.Diagnostics;
using Chat.Server.Messaging;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Chat.Server.Identity;

/// <summary>Believes <c>?userid=</c>.</summary>
internal sealed class ClaimedAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, ReservedNames reserved, Operators operators,
    ChatMetrics metrics)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    private ChatException? refusal;

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Request.Query["userid"] is not [{ Length: > 0 } claimed])
            return Task.FromResult(AuthenticateResult.NoResult());
        try
        {
            return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(UserPrincipal.Of(claimed, reserved, operators.Includes(Request)), Scheme.Name)));
        }
        catch (ChatException e)
        {
            refusal = e;
            Context.Features.Set(new RefusedIdentity(e));
            return Task.FromResult(AuthenticateResult.Fail(e.Refusal));
        }
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = refusal is null ? StatusCodes.Status401Unauthorized : StatusCodes.Status403Forbidden;
        var reason = refusal ?? new ChatException(ChatError.Unauthenticated, "Say who you are: add ?userid= to the address.");
        metrics.Refused(reason.Error);
        return Response.WriteAsync(reason.Refusal);
    }
}

/// <summary>The request named a user that nobody can be, or has a token that is too long.</summary>
internal sealed record RefusedIdentity(ChatException Reason);
