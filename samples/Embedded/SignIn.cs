using System.Security.Claims;
using Chat.Server;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace Embedded;

/// <summary>The shop's sign-in: a name without a password, because this is a sample.</summary>
internal static class SignIn
{
    public static void MapSignIn(this WebApplication app)
    {
        app.MapPost("/sign-in", async (HttpContext context, Customer customer) =>
        {
            var identity = new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, customer.Name)], CookieAuthenticationDefaults.AuthenticationScheme);
            await context.SignInAsync(new ClaimsPrincipal(identity));
        });
        app.MapPost("/sign-out", async (HttpContext context, IChatPublisher chat) =>
        {
            await context.SignOutAsync();
            await chat.CloseConnectionsAsync(context.User.FindFirstValue(ClaimTypes.NameIdentifier)!);
        }).RequireAuthorization();
    }
}

/// <summary>A customer who signs in.</summary>
/// <param name="Name">The customer's name, which is the user id in the chat.</param>
internal sealed record Customer(string Name);
