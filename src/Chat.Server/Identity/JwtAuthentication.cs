using System.Text;
using Chat.Protocol;
using Chat.Server.Admission;
using Chat.Server.Sending;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Microsoft.Net.Http.Headers;

namespace Chat.Server.Identity;

/// <summary>Authenticates by a signed token: in the header, in <c>?access_token=</c>, or in the cookie that the settings name. An operator's
/// key instead of a token authenticates the key's name.</summary>
internal sealed class JwtAuthentication(
    IOptions<JwtOptions> options, DevelopmentTokens developmentTokens, ReservedNames reserved, Operators operators, IHostEnvironment environment, TimeProvider time,
    ConnectRefusals refusals)
    : IConfigureNamedOptions<JwtBearerOptions>
{
    // Most tokens have some hundred bytes, those with many claims a few thousand. Longer ones are refused.
    private const int LongestTokenBytes = 8 << 10;

    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    public void Configure(JwtBearerOptions bearer) => Configure(IdentitySetup.SchemeName, bearer);

    public void Configure(string? name, JwtBearerOptions bearer)
    {
        if (name != IdentitySetup.SchemeName)
            return;
        var jwt = options.Value;
        bearer.Authority = jwt.Authority;
        bearer.RequireHttpsMetadata = !environment.IsDevelopment();
        bearer.MapInboundClaims = false;
        bearer.IncludeErrorDetails = false;
        bearer.TimeProvider = time;
        bearer.TokenHandlers.Clear();
        bearer.TokenHandlers.Add(new JsonWebTokenHandler { MapInboundClaims = false, MaximumTokenSizeInBytes = LongestTokenBytes });
        Configure(bearer.TokenValidationParameters, jwt);
        bearer.Events = new JwtBearerEvents { OnMessageReceived = Find, OnTokenValidated = Name, OnChallenge = RefuseAsync };
    }

    private void Configure(TokenValidationParameters parameters, JwtOptions jwt)
    {
        parameters.ClockSkew = ClockSkew;
        if (jwt is { Authority: null, SigningKey: null })
        {
            developmentTokens.Configure(parameters);
            return;
        }
        parameters.ValidateAudience = jwt.Audience is not null;
        parameters.ValidAudience = jwt.Audience;
        if (jwt.SigningKey is { } key)
        {
            parameters.ValidateIssuer = false; // the key alone decides
            parameters.IssuerSigningKey = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(key));
            parameters.ValidAlgorithms = [SecurityAlgorithms.HmacSha256, SecurityAlgorithms.HmacSha384, SecurityAlgorithms.HmacSha512];
        }
        else
            // Asymmetric algorithms only: with others, the provider's published key could sign tokens.
            parameters.ValidAlgorithms =
            [
                SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
                SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
                SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
            ];
    }

    private Task Find(MessageReceivedContext context)
    {
        if (operators.NameOf(context.Request) is { } name)
        {
            context.Principal = UserPrincipal.Of(name, reserved, isOperator: true, context.HttpContext.BeganAt(time));
            context.Success();
            return Task.CompletedTask;
        }
        context.Token = BearerToken.Of(context.Request) ?? BearerToken.OfQuery(context.Request)
            ?? (options.Value.Cookie is { } cookie ? context.Request.Cookies[cookie] : null);
        if (context.Token is null)
            context.NoResult();
        else if (context.Token.Length > LongestTokenBytes)
        {
            var reason = new ChatException(ChatError.Unauthenticated, $"The token is longer than {LongestTokenBytes} bytes.");
            context.HttpContext.Features.Set(new RefusedIdentity(reason));
            context.Fail(reason.Refusal);
        }
        return Task.CompletedTask;
    }

    private Task Name(TokenValidatedContext context)
    {
        try
        {
            var subject = context.Principal!.FindFirst(JwtRegisteredClaimNames.Sub)?.Value;
            context.Principal = UserPrincipal.Of(subject, reserved, operators.Includes(context.Request), context.HttpContext.BeganAt(time),
                context.SecurityToken.ValidTo, context.Principal.Identities);
        }
        catch (ChatException e)
        {
            context.HttpContext.Features.Set(new RefusedIdentity(e));
            context.Fail(e.Refusal);
        }
        return Task.CompletedTask;
    }

    private Task RefuseAsync(JwtBearerChallengeContext context)
    {
        context.HandleResponse();
        context.Response.Headers[HeaderNames.WWWAuthenticate] = "Bearer";
        return refusals.ChallengeAsync(context.HttpContext, context.HttpContext.Features.Get<RefusedIdentity>()?.Reason, "Present a valid token.");
    }
}
