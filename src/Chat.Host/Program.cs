using Chat.Server;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Chat.Hosting;

internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        try
        {
            SettingsReload.UsePolling();
            if (await Commands.RunAsync(args, () => ContentRoot.CreateBuilder(args)) is { } exitCode)
                return exitCode;
            var app = Build(ContentRoot.CreateBuilder(args));
                        await app.RunAsync();
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
        builder.AddChat();
        ServerAddresses.AddTo(builder.Services);
        QuietStart.AddTo(builder);
        LogFilters.AddTo(builder);
        // Who sends its headers in drips holds a connection meanwhile, and has no user yet to count it for.
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10));
        // The address may hold a token of 8 KiB, percent-encoded at worst.
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestLineSize = 32 << 10);
        // Thousands come back at once after a restart; those that find no place in the queue are reset, or wait for TCP to try again.
        builder.Services.Configure<SocketTransportOptions>(sockets => sockets.Backlog = 4096); // Linux's net.core.somaxconn cuts more
        // Whoever then still hangs on is cut off: what started the server kills it after thirty, as a rule.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(25));

        var app = builder.Build();
        app.UsePageHeaders(); // first, or refusals would go without
        app.UseMiddleware<RequestLog>();
        app.MapChat();
        app.MapPage();
        return app;
    }
}
