using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Chat.Server.Tests.Identity;

/// <summary>Creates tokens that a test's server accepts, and some that it refuses.</summary>
internal static class Tokens
{
    public const string Key = "a key that only the tests' server knows";

    public static readonly Dictionary<string, string> Settings = new()
    {
        ["Chat:Identity:Mode"] = "Jwt",
        ["Chat:Identity:Jwt:SigningKey"] = Key,
        ["Chat:Identity:Jwt:Audience"] = "chat",
        ["Chat:Identity:Jwt:Cookie"] = "session",
    };

    public static string Of(
        string? subject, DateTimeOffset? expires = null, string audience = "chat", DateTimeOffset? notBefore = null, SigningCredentials? signedBy = null,
        Dictionary<string, object>? claims = null, Dictionary<string, object>? header = null)
    {
        var all = new Dictionary<string, object>(claims ?? []);
        if (subject is not null)
            all["sub"] = subject;
        var end = expires ?? DateTimeOffset.UtcNow.AddHours(1);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Audience = audience,
            Expires = end.UtcDateTime,
            NotBefore = notBefore?.UtcDateTime,
            Claims = all,
            AdditionalHeaderClaims = header,
            SigningCredentials = signedBy ?? Signed(Key),
        });
    }

    /// <summary>Returns a valid token of exactly the given length.</summary>
    public static string OfLength(string subject, int bytes)
    {
        // Claims and headers are in base64, which has not every length.
        for (var header = 0; header < 4; header++)
            for (var claim = bytes * 3 / 4; claim > 0; claim--)
                if (Of(subject, claims: new() { ["padding"] = new string('x', claim) }, header: new() { ["p"] = new string('x', header) }) is var token && token.Length <= bytes)
                {
                    if (token.Length == bytes)
                        return token;
                    break;
                }
        throw new ArgumentException($"No token has {bytes} bytes.");
    }

    public static SigningCredentials Signed(string key, string? keyId = null) =>
        new(new SymmetricSecurityKey(Encoding.UTF8.GetBytes(key)) { KeyId = keyId }, SecurityAlgorithms.HmacSha256);

    /// <summary>Returns a token with the algorithm <c>none</c> and no signature.</summary>
    public static string Unsigned(string subject) =>
        $"{Base64UrlEncoder.Encode("""{"alg":"none","typ":"JWT"}""")}.{Base64UrlEncoder.Encode($$"""{"sub":"{{subject}}","aud":"chat","exp":{{DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds()}}}""")}.";
}
