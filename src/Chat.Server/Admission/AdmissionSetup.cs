using Chat.Server.Admission.Proxies;
using Chat.Server.Admission.Sockets;
using Chat.Server.Configuration;
using Chat.Server.Log;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Chat.Server.Admission;

internal static class AdmissionSetup
{
    public static void AddAdmission(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSettings<LimitsOptions, LimitsOptionsValidator>(LimitsOptions.SectionName);
        builder.Services.AddSettings<ProxyOptions>(ProxyOptions.SectionName);
        builder.Services.AddSingleton<IValidateOptions<ProxyOptions>, ProxyOptionsValidator>();
        builder.Services.AddSingleton<ProxyAddresses>();
        builder.Services.TryAddSingleton<LostUpgrades>();
        builder.Services.TryAddSingleton<ConnectRefusals>();
        builder.Services.TryAddSingleton<ConnectionLimits>();
        builder.Services.TryAddSingleton<NegotiateLimit>();
        builder.Services.TryAddSingleton<SendLimits>();
        builder.Services.TryAddSingleton<IMailboxLimit>(s => s.GetRequiredService<SendLimits>());
    }

    /// <summary>Reads the headers of known proxies before anything else looks at a request.</summary>
    public static void AddForwardedRequests(this IHostApplicationBuilder builder, Func<IServiceProvider, ChatPaths> paths)
    {
        builder.Services.TryAddSingleton(paths);
        builder.Services.AddSingleton<IStartupFilter, ForwardedRequests>();
    }

    public static void AddSocketLimits(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<OpenFiles>();
        // Kestrel takes the last factory that can bind to an address.
        builder.Services.AddSingleton<IConnectionListenerFactory>(s =>
            new CountedListeners(ActivatorUtilities.CreateInstance<SocketTransportFactory>(s), s.GetRequiredService<OpenFiles>()));
        builder.Services.AddSingleton<AddressSockets>();
        builder.Services.AddSingleton<FirstByte>();
        builder.Services.AddSingleton<IConfigureOptions<KestrelServerOptions>, SocketAdmission>();
    }

    /// <summary>Warns when the system's limit of open files is too low, where the socket limits are in use.</summary>
    public static void WarnOfTooFewFiles(this WebApplication app) => app.Services.GetService<OpenFiles>()?.WarnOfTooFew();
}
