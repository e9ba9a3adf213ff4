using Chat.Server.Configuration;
using Chat.Server.Messaging;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Chat.Server.Limits;

internal static class LimitsSetup
{
    public static void AddLimits(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSettings<LimitsOptions, LimitsOptionsValidator>(LimitsOptions.SectionName);
        builder.Services.AddOptions<ProxyOptions>().BindConfiguration(ProxyOptions.SectionName).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<ProxyOptions>, ProxyOptionsValidator>();
        builder.Services.TryAddSingleton<ConnectionLimits>();
        builder.Services.TryAddSingleton<NegotiateLimit>();
        builder.Services.TryAddSingleton<SendLimits>();
        builder.Services.TryAddSingleton<IMailboxLimit>(s => s.GetRequiredService<SendLimits>());
        builder.Services.TryAddSingleton<DeliveryBacklog>();
        builder.Services.TryAddSingleton<SlowReaderLimit>();
    }
}
