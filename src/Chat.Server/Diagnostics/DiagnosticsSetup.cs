using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Chat.Server.Diagnostics;

internal static class DiagnosticsSetup
{
    public static void AddDiagnostics(this IHostApplicationBuilder builder)
    {
        builder.Services.TryAddSingleton<ChatMetrics>();
        QuietStart.AddTo(builder);
        // The framework's request lines hold the query string, where user ids and tokens are.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        // It logs every refusal as an error with its stack; refusals are counted, and faults are logged where refusals are told apart.
        builder.Logging.AddFilter("Microsoft.AspNetCore.SignalR.Internal.DefaultHubDispatcher", LogLevel.None);
    }

    public static void MapHealth(this WebApplication app) => app.MapGet("/health/live", () => Results.Text("live\n"));
}
