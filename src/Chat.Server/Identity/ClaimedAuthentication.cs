using System.Text.Encodings.Web;
using Chat.Protocol;
using Chat.Server.Admission;
using Chat.Server.Sending;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Chat.Server.Identity;

/// <summary>Takes the user id from <c>?userid=</c>, unverified.</summary>
internal sealed class ClaimedAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, ReservedNames reserved, Operators operators,
    TimeProvider time, ConnectRefusals refusals)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    private ChatException? refusal;

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (QueryText.Of(Request, "userid", takesPercent: true) is not [var claimed] || claimed is "")
            return Task.FromResult(AuthenticateResult.NoResult());
        try
        {
            if (claimed is null)
                throw new ChatException(ChatError.BadUserId, ChatError.BadUserId.TextWith("The query parameter userid is not UTF-8."));
            var principal = UserPrincipal.Of(claimed, reserved, operators.Includes(Request), Context.BeganAt(time));
            return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(principal, Scheme.Name)));
        }
        catch (ChatException e)
        {
            refusal = e;
            Context.Features.Set(new RefusedIdentity(e));
            return Task.FromResult(AuthenticateResult.Fail(e.Refusal));
        }
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) =>
        refusals.ChallengeAsync(Context, refusal, "Add ?userid= to the address.");
}

/// <summary>The reason why the identity of a request is refused: a bad user id, or a token that is too long.</summary>
internal sealed record RefusedIdentity(ChatException Reason);
