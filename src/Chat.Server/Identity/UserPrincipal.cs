using System.Security.Claims;
using Chat.Protocol;
using Chat.Server.Messaging;

namespace Chat.Server.Identity;

/// <summary>The user of a connection, in the form that ASP.NET Core and SignalR pass around.</summary>
internal static class UserPrincipal
{
    private const string UserIdClaim = "sub";
    private const string OperatorClaim = "operator";

    /// <exception cref="ChatException"><c>bad_user_id</c>, or <c>forbidden</c> for the server's own name.</exception>
    public static ClaimsPrincipal Of(string? userId, ReservedNames reserved, bool isOperator)
    {
        var claims = new List<Claim> { new(UserIdClaim, reserved.RequireUser(userId, ChatError.BadUserId)) };
        if (isOperator)
            claims.Add(new Claim(OperatorClaim, "true"));
        return new ClaimsPrincipal(new ClaimsIdentity(claims, "chat", UserIdClaim, null));
    }

    public static bool IsOperator(this ClaimsPrincipal user) => user.HasClaim(OperatorClaim, "true");

    public static string? UserId(this ClaimsPrincipal user) => user.FindFirst(UserIdClaim)?.Value;
}
