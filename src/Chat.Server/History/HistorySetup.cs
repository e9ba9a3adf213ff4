using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Chat.Server.History;

internal static class HistorySetup
{
    public static void AddHistory(this IHostApplicationBuilder builder)
    {
        builder.Services.TryAddSingleton<StreamHistory>();
        builder.Services.TryAddSingleton<ReadTurns>();
        builder.Services.TryAddSingleton<ConfirmedPositions>();
        builder.Services.AddHostedService(s => s.GetRequiredService<ConfirmedPositions>());
    }
}
