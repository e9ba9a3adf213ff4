using Chat.Server.Configuration;
using Chat.Server.Diagnostics;
using Chat.Server.Hubs;
using Chat.Server.Identity;
using Chat.Server.Limits;
using Chat.Server.Messaging;
using Chat.Server.RawWebSockets;
using Chat.Server.Storage;
using Chat.Server.Web;

namespace Chat.Server;

internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        try
        {
            await Build(WebApplication.CreateBuilder(args)).RunAsync();
            return 0;
        }
        catch (Exception e) when (StartupFailure.Explain(e) is { Count: > 0 } reasons)
        {
            foreach (var reason in reasons)
                Console.Error.WriteLine(reason);
            return 1;
        }
    }

    public static WebApplication Build(WebApplicationBuilder builder)
    {
        builder.AddDiagnostics();
        builder.AddIdentity();
        builder.AddLimits();
        builder.AddMessaging();
        builder.AddStorage();
        builder.AddChatHub();
        builder.AddRawWebSockets();

        var app = builder.Build();
        app.CheckSettings();
        app.OpenLog();
        app.UseMiddleware<RequestLog>();
        app.UseHeartbeat();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapHealth();
        app.MapPage();
        app.MapChatHub();
        app.MapRawWebSocket();
        return app;
    }
}
