using System.Security.Claims;
using System.Text.Encodings.Web;
using Chat.Protocol;
using Chat.Server.Admission;
using Chat.Server.Sending;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Chat.Server.Identity;

/// <summary>Takes the user that the application has authenticated. A request without one may present an operator's key.</summary>
internal sealed class ApplicationAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, IOptions<IdentityOptions> identity,
    IAuthenticationSchemeProvider schemes, ReservedNames reserved, Operators operators, TimeProvider time, ConnectRefusals refusals)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    private ChatException? refusal;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        try
        {
            var began = Context.BeganAt(time);
            var result = await AuthenticateByDefaultAsync();
            if ((Context.User.Identity?.IsAuthenticated == true ? Context.User : result?.Principal) is { } user)
                return Success(UserPrincipal.Of(
                    UserIdOf(user), reserved, operators.IncludeEveryCaller, began, result?.Properties?.ExpiresUtc, user.Identities));
            return operators.NameOf(Request, isRefusedToken: result?.Failure is not null) is { } name
                ? Success(UserPrincipal.Of(name, reserved, isOperator: true, began))
                : AuthenticateResult.NoResult();
        }
        catch (ChatException e)
        {
            refusal = e;
            Context.Features.Set(new RefusedIdentity(e));
            return AuthenticateResult.Fail(e.Refusal);
        }
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) =>
        refusals.ChallengeAsync(Context, refusal, "Sign in to the application first.");

    /// <summary>Returns the result of the application's default scheme; null without one. Middleware that sets the user clears the result of
    /// <c>UseAuthentication</c>, and with it the end of the ticket.</summary>
    private async Task<AuthenticateResult?> AuthenticateByDefaultAsync() =>
        Context.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult
        ?? (await schemes.GetDefaultAuthenticateSchemeAsync() is { } scheme ? await Context.AuthenticateAsync(scheme.Name) : null);

    /// <exception cref="ChatException"><c>bad_user_id</c>, naming the claim and the rule that it breaks.</exception>
    private string UserIdOf(ClaimsPrincipal user)
    {
        var type = identity.Value.UserClaim!;
        var value = user.FindFirst(type)?.Value
            ?? throw new ChatException(ChatError.BadUserId, ChatError.BadUserId.TextWith($"The signed-in user has no claim {type}."));
        return Name.ProblemWithUserId(value) is { } problem
            ? throw new ChatException(ChatError.BadUserId, ChatError.BadUserId.TextWith($"The claim {type} is not a valid user id: {problem}"))
            : value;
    }

    private AuthenticateResult Success(ClaimsPrincipal principal) => AuthenticateResult.Success(new AuthenticationTicket(principal, Scheme.Name));
}
