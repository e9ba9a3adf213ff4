using Chat.Protocol;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Chat.Server.Identity;

/// <summary>Validates tokens that a client sends on an open connection.</summary>
internal sealed class UserTokens(IOptions<IdentityOptions> identity, IOptionsMonitor<JwtBearerOptions> options)
{
    /// <summary>Keeps a connection until the new token expires, and returns that time.</summary>
    /// <exception cref="ChatException"><c>unauthenticated</c>: the token is not valid; <c>identity_mismatch</c>: it names another user;
    /// <c>bad_request</c>: the mode has no tokens.</exception>
    public async Task<DateTimeOffset> RenewAsync(string user, TokenExpiry? expiry, string? token)
    {
        if (identity.Value.Mode != IdentityMode.Jwt)
            throw new ChatException(ChatError.BadRequest, "This server does not use tokens.");
        var bearer = options.Get(IdentitySetup.SchemeName);
        var parameters = bearer.TokenValidationParameters.Clone();
        if (bearer.ConfigurationManager is BaseConfigurationManager provider)
            parameters.ConfigurationManager = provider;
        var result = await bearer.TokenHandlers[0].ValidateTokenAsync(token, parameters);
        if (!result.IsValid)
            throw new ChatException(ChatError.Unauthenticated, "The token is not valid.");
        // The claim is compared as text: some providers number their users.
        if (result.ClaimsIdentity.FindFirst(JwtRegisteredClaimNames.Sub)?.Value != user)
            throw new ChatException(ChatError.IdentityMismatch, "The token names another user.");
        var expiresAt = new DateTimeOffset(result.SecurityToken.ValidTo, TimeSpan.Zero);
        return expiry?.Renew(expiresAt) != false ? expiresAt : throw new ChatException(ChatError.Unauthenticated, "The token came too late.");
    }
}
