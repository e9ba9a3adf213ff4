using Chat.Server.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Chat.Server.Limits;

internal static class LimitsSetup
{
    public static void AddLimits(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSettings<LimitsOptions, LimitsOptionsValidator>(LimitsOptions.SectionName);
        builder.Services.TryAddSingleton<DeliveryBacklog>();
        builder.Services.TryAddSingleton<SlowReaderLimit>();
    }
}
