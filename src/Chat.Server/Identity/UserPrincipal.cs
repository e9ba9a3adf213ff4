using System.Globalization;
using System.Security.Claims;
using Chat.Protocol;
using Chat.Server.Sending;

namespace Chat.Server.Identity;

/// <summary>The user of a connection, in the form that ASP.NET Core and SignalR pass around.</summary>
/// <remarks>What the server goes by is an identity of its own, first among the principal's: a token may hold claims of any name.</remarks>
internal static class UserPrincipal
{
    private const string IdentityType = "chat";
    private const string UserIdClaim = "sub";
    private const string OperatorClaim = "operator";
    private const string ExpiryClaim = "exp";

    /// <param name="expiresAt">When the token ends that says so.</param>
    /// <param name="others">What else is known of the user.</param>
    /// <exception cref="ChatException"><c>bad_user_id</c>, or <c>forbidden</c> for the server's own name.</exception>
    public static ClaimsPrincipal Of(
        string? userId, ReservedNames reserved, bool isOperator, DateTimeOffset? expiresAt = null, IEnumerable<ClaimsIdentity>? others = null)
    {
        var claims = new List<Claim> { new(UserIdClaim, reserved.RequireUser(userId, ChatError.BadUserId)) };
        if (isOperator)
            claims.Add(new Claim(OperatorClaim, "true"));
        if (expiresAt is { } end)
            claims.Add(new Claim(ExpiryClaim, end.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)));
        return new ClaimsPrincipal([new ClaimsIdentity(claims, IdentityType, UserIdClaim, null), .. others ?? []]);
    }

    public static bool IsOperator(this ClaimsPrincipal user) => Own(user, OperatorClaim) is not null;

    /// <summary>When the token ends by which the user is known; null when it is known by none.</summary>
    public static DateTimeOffset? ExpiresAt(this ClaimsPrincipal user) =>
        Own(user, ExpiryClaim) is { } seconds ? DateTimeOffset.FromUnixTimeSeconds(long.Parse(seconds, CultureInfo.InvariantCulture)) : null;

    public static string? UserId(this ClaimsPrincipal user) => Own(user, UserIdClaim);

    private static string? Own(ClaimsPrincipal user, string claim) =>
        user.Identity is ClaimsIdentity { AuthenticationType: IdentityType } own ? own.FindFirst(claim)?.Value : null;
}
