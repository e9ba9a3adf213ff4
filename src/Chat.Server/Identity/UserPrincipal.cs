using System.Globalization;
using System.Security.Claims;
using Chat.Protocol;
using Chat.Server.Sending;

namespace Chat.Server.Identity;

/// <summary>The user of a connection as a <see cref="ClaimsPrincipal"/>.</summary>
/// <remarks>The server's own identity is the first one. The others come from the token and may hold claims of any name.</remarks>
internal static class UserPrincipal
{
    private const string IdentityType = "chat";
    private const string UserIdClaim = "sub";
    private const string OperatorClaim = "operator";
    private const string ExpiryClaim = "exp";
    private const string TimeClaim = "authenticated";

    /// <summary>The refusal of a principal that has lost the server's own identity.</summary>
    public const string Lost = "The application's IClaimsTransformation dropped the chat's identity. It must keep those it does not know.";

    /// <param name="authenticatedAt">A timestamp of the <see cref="TimeProvider"/>, taken before the user was authenticated.</param>
    /// <param name="expiresAt">When the token expires.</param>
    /// <param name="others">The identities of the token.</param>
    /// <exception cref="ChatException"><c>bad_user_id</c>, or <c>forbidden</c> for the server's own name.</exception>
    public static ClaimsPrincipal Of(
        string? userId, ReservedNames reserved, bool isOperator, long authenticatedAt, DateTimeOffset? expiresAt = null,
        IEnumerable<ClaimsIdentity>? others = null)
    {
        var claims = new List<Claim>
        {
            new(UserIdClaim, reserved.RequireUser(userId, ChatError.BadUserId)),
            new(TimeClaim, authenticatedAt.ToString(CultureInfo.InvariantCulture)),
        };
        if (isOperator)
            claims.Add(new Claim(OperatorClaim, "true"));
        if (expiresAt is { } end)
            claims.Add(new Claim(ExpiryClaim, end.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)));
        return new ClaimsPrincipal([new ClaimsIdentity(claims, IdentityType, UserIdClaim, null), .. others ?? []]);
    }

    public static bool IsOperator(this ClaimsPrincipal user) => Own(user, OperatorClaim) is not null;

    /// <summary>When the user's token expires; null without a token.</summary>
    public static DateTimeOffset? ExpiresAt(this ClaimsPrincipal user) =>
        Own(user, ExpiryClaim) is { } seconds ? DateTimeOffset.FromUnixTimeSeconds(long.Parse(seconds, CultureInfo.InvariantCulture)) : null;

    /// <summary>The timestamp from before the authentication of the user.</summary>
    public static long AuthenticatedAt(this ClaimsPrincipal user) => long.Parse(Own(user, TimeClaim)!, CultureInfo.InvariantCulture);

    public static string? UserId(this ClaimsPrincipal user) => Own(user, UserIdClaim);

    private static string? Own(ClaimsPrincipal user, string claim) =>
        user.Identity is ClaimsIdentity { AuthenticationType: IdentityType } own ? own.FindFirst(claim)?.Value : null;
}
