using System.Text;
using Microsoft.Extensions.Options;

namespace Chat.Server.Identity;

/// <summary>The tokens that the server accepts in <see cref="IdentityMode.Jwt"/> mode.</summary>
internal sealed class JwtOptions
{
    public const string SectionName = "Chat:Identity:Jwt";

    /// <summary>Address of the OpenID provider that signs the tokens and publishes its keys.</summary>
    public string? Authority { get; set; }

    /// <summary>The audience that tokens must have.</summary>
    public string? Audience { get; set; }

    /// <summary>The key of the tokens (HS256, HS384, HS512), if there is no <see cref="Authority"/>.</summary>
    public string? SigningKey { get; set; }

    /// <summary>Name of a cookie that holds the token, for old pages that can only send cookies.</summary>
    public string? Cookie { get; set; }
}

/// <param name="developmentTokens">The keys of <c>dotnet user-jwts</c>, which are enough in Development.</param>
internal sealed class JwtOptionsValidator(IOptions<IdentityOptions> identity, DevelopmentTokens developmentTokens, IHostEnvironment environment)
    : IValidateOptions<JwtOptions>
{
    // The output length of HMAC-SHA256.
    private const int LeastKeyBytes = 32;

    public ValidateOptionsResult Validate(string? name, JwtOptions options)
    {
        var failures = IsJwt() ? Failures(options).ToList() : [];
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private IEnumerable<string> Failures(JwtOptions jwt)
    {
        if (jwt is { Authority: null, SigningKey: null } && !developmentTokens.Exist)
            yield return $"{Key(nameof(jwt.Authority))}: It is not set, and {Key(nameof(jwt.SigningKey))} is not either. Set the first to the address of your OpenID provider, or the second to the key that your tokens are signed with.";
        if (jwt is { Authority: not null, SigningKey: not null })
            yield return $"{Key(nameof(jwt.SigningKey))}: Remove it, or {Key(nameof(jwt.Authority))}: tokens are signed by one of them.";
        if (jwt.Authority is { } authority && !IsAddress(authority))
            yield return $"{Key(nameof(jwt.Authority))} = '{authority}': write an address that begins with https://.";
        if (jwt is { Authority: not null, Audience: null })
            yield return $"{Key(nameof(jwt.Audience))}: It is not set. Set it to what your provider calls this server, so that tokens for others are not good here.";
        if (jwt.SigningKey is { } key && Encoding.UTF8.GetByteCount(key) < LeastKeyBytes)
            yield return $"{Key(nameof(jwt.SigningKey))}: It is too short. Write at least {LeastKeyBytes} bytes, for instance what openssl rand -hex 32 prints.";
    }

    private bool IsAddress(string authority) =>
        Uri.TryCreate(authority, UriKind.Absolute, out var address)
        && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && environment.IsDevelopment()));

    private static string Key(string property) => $"{JwtOptions.SectionName}:{property}";

    // A bad mode is reported by its own validator.
    private bool IsJwt()
    {
        try
        {
            return identity.Value.Mode == IdentityMode.Jwt;
        }
        catch (OptionsValidationException)
        {
            return false;
        }
    }
}
