using Chat.Server.Configuration;
using Chat.Server.Delivery;
using Chat.Server.History;
using Chat.Server.Log;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Chat.Server.Sending;

internal static class MessagingSetup
{
    public static void AddMessaging(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSettings<MessagingOptions, MessagingOptionsValidator>(MessagingOptions.SectionName);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<MessageSender>();
        services.TryAddSingleton<StreamHistory>();
        services.TryAddSingleton<ReadTurns>();
        services.TryAddSingleton<StreamGroups>();
        services.TryAddSingleton<StreamEntrance>();
        services.TryAddSingleton<MessageDelivery>();
        services.TryAddSingleton<ICommitListener>(s => s.GetRequiredService<MessageDelivery>());
        services.AddHostedService(s => s.GetRequiredService<MessageDelivery>());
        services.TryAddSingleton<ConfirmedPositions>();
        services.AddHostedService(s => s.GetRequiredService<ConfirmedPositions>());
    }
}
