using System.Security.Claims;
using System.Text.Encodings.Web;
using Chat.Protocol;
using Chat.Server.Identity;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Chat.Server.Push;

/// <summary>Authenticates a back end by its API key: <c>Authorization: Bearer …</c>.</summary>
internal sealed class ApiKeyAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, ApiKeys keys, KeyGuesses guesses)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public const string SchemeName = "Chat.ApiKey";
    public const string NameClaim = "name";
    public const string ScopeClaim = "scope";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (BearerToken.Of(Request) is not { } token)
            return Task.FromResult(AuthenticateResult.NoResult());
        var address = Context.Connection.RemoteIpAddress;
        guesses.RequireFew(address);
        if (keys.Find(token) is not { } key)
        {
            guesses.Count(address);
            return Task.FromResult(AuthenticateResult.Fail("The API key is unknown."));
        }
        var claims = key.Scopes.Select(scope => new Claim(ScopeClaim, scope)).Append(new Claim(NameClaim, key.Name));
        var principal = new ClaimsPrincipal(new ClaimsIdentity(claims, Scheme.Name, NameClaim, null));
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(principal, Scheme.Name)));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers[HeaderNames.WWWAuthenticate] = "Bearer";
        throw new ChatException(ChatError.Unauthenticated, "Present an API key: Authorization: Bearer KEY.");
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        throw new ChatException(ChatError.Forbidden, Context.User.Key() is null ? UserPrincipal.Lost : "The key's scopes do not cover this call.");
}
