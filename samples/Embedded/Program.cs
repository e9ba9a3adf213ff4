using Chat.Server;

namespace Embedded;

/// <summary>A shop with its own sign-in, which has the chat server in its process.</summary>
internal static class Program
{
    // The shop's own limit for a request. The chat server changes none of the shop's.
    private const int MaxBodyBytes = 64 << 10;

    public static async Task<int> Main(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddAuthentication().AddCookie(cookie =>
        {
            cookie.ExpireTimeSpan = TimeSpan.FromHours(8);
            cookie.Events.OnRedirectToLogin = context =>
            {
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                return Task.CompletedTask;
            };
        });
        builder.Services.AddAuthorization();
        builder.Services.AddSingleton<Stock>();
        builder.Services.AddSignalR();
        builder.Services.AddHealthChecks();
        builder.Services.AddOpenApi();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = MaxBodyBytes);

        builder.AddChat(chat => chat.UseApplicationIdentity());

        var app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapChat();

        app.UseDefaultFiles();
        app.UseStaticFiles();
        app.MapHealthChecks("/health");
        app.MapOpenApi();
        app.MapHub<StockHub>("/stock");
        app.MapSignIn();
        app.MapOrders();

        // Before the run, which disposes the services at its end.
        var chat = app.Services.GetRequiredService<ChatServer>();
        await app.RunAsync();
        return chat.Failure is null ? 0 : 70;
    }
}
