using Chat.Protocol;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Chat.Server.Identity;

/// <summary>Reads tokens that come on a connection that is open already.</summary>
internal sealed class UserTokens(IOptions<IdentityOptions> identity, IOptionsMonitor<JwtBearerOptions> options)
{
    /// <summary>Lets a connection go on until the user's new token expires, and returns when that is.</summary>
    /// <exception cref="ChatException"><c>unauthenticated</c>: it is not valid; <c>identity_mismatch</c>: it is somebody else's;
    /// <c>bad_request</c>: there are no tokens here.</exception>
    public async Task<DateTimeOffset> RenewAsync(string user, TokenExpiry? expiry, string? token)
    {
        if (identity.Value.Mode != IdentityMode.Jwt)
            throw new ChatException(ChatError.BadRequest, "This server does not ask for tokens.");
        var bearer = options.Get(IdentitySetup.SchemeName);
        var parameters = bearer.TokenValidationParameters.Clone();
        if (bearer.ConfigurationManager is BaseConfigurationManager provider)
            parameters.ConfigurationManager = provider;
        var result = await bearer.TokenHandlers[0].ValidateTokenAsync(token, parameters);
        if (!result.IsValid)
            throw new ChatException(ChatError.Unauthenticated, "The token is not valid.");
        // Some providers number their users.
        if (result.ClaimsIdentity.FindFirst(JwtRegisteredClaimNames.Sub)?.Value != user)
            throw new ChatException(ChatError.IdentityMismatch, "The token is somebody else's.");
        var expiresAt = new DateTimeOffset(result.SecurityToken.ValidTo, TimeSpan.Zero);
        return expiry?.Renew(expiresAt) != false ? expiresAt : throw new ChatException(ChatError.Unauthenticated, "The token came too late.");
    }
}
