using Chat.Server;

namespace Chat.Hosting;

internal static class Program
{
    // Connections that are still open then are aborted. Supervisors usually kill a process after 30 s.
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(25);

    public static async Task<int> Main(string[] args)
    {
        BufferPool.Enlarge();
        try
        {
            SettingsReload.UsePolling();
            if (await Commands.RunAsync(args, () => ContentRoot.CreateBuilder(args)) is { } exitCode)
                return exitCode;
            var builder = ContentRoot.CreateBuilder(args);
            Add(builder);
            var app = builder.Build();
            Map(app);
            using var hangUp = HangUp.Stops(app.Lifetime);
            return await FailureExit.RunAsync(app);
        }
        catch (Exception e) when (StartupFailure.Explain(e) is { Count: > 0 } reasons)
        {
            foreach (var reason in reasons)
                Console.Error.WriteLine(reason);
            return 1;
        }
    }

    public static void Add(WebApplicationBuilder builder)
    {
        builder.AddChat();
        builder.AddChatProxies();
        builder.AddChatSocketLimits();
        builder.AddChatKestrelLimits();
        builder.AddChatMetrics();
        builder.AddChatApiDocument();
        ServerAddresses.AddTo(builder.Services);
        QuietStart.AddTo(builder);
        LogFilters.AddTo(builder);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
    }

    public static void Map(WebApplication app)
    {
        app.UsePageHeaders(); // first, so that refusals have them too
        app.UseMiddleware<RequestLog>();
        EarlierLog.Warn(app);
        app.MapChat();
        app.MapChatHealth();
        app.MapChatMetrics();
        if (app.Environment.IsDevelopment())
            app.MapChatApiDocument();
        app.MapPage();
    }
}
