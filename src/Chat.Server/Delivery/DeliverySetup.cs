using Chat.Server.Log;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Chat.Server.Delivery;

internal static class DeliverySetup
{
    public static void AddDelivery(this IHostApplicationBuilder builder)
    {
        builder.Services.TryAddSingleton<RecentCloses>();
        builder.Services.TryAddSingleton<StreamGroups>();
        builder.Services.TryAddSingleton<StreamEntrance>();
        builder.Services.TryAddSingleton<MessageDelivery>();
        builder.Services.TryAddSingleton<ICommitListener>(s => s.GetRequiredService<MessageDelivery>());
        builder.Services.AddHostedService(s => s.GetRequiredService<MessageDelivery>());
    }
}
