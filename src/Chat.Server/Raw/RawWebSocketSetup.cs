using Chat.Protocol;
using Chat.Server.Configuration;
using Chat.Server.Hubs;
using Chat.Server.Operations;
using Chat.Server.Raw.Delivery;
using Chat.Server.Sending;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Chat.Server.Raw;

internal static class RawWebSocketSetup
{
    public static void AddRawWebSockets(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSettings<RawWebSocketOptions, RawWebSocketOptionsValidator>(RawWebSocketOptions.SectionName);
        services.TryAddSingleton(s => new ReservedNames(s.GetRequiredService<IOptions<RawWebSocketOptions>>().Value.NoticeSender));
        services.TryAddSingleton(s => new ColonHubProtocol(s.GetRequiredService<IOptions<RawWebSocketOptions>>().Value.NoticeSender));
        services.AddSingleton<IHubProtocol>(s => s.GetRequiredService<ColonHubProtocol>());
        services.TryAddSingleton(CreateHub);
        services.TryAddSingleton<AdmissionServices>();
        services.TryAddSingleton<SenderServices>();
        services.TryAddSingleton<RawConnectionFactory>();
    }

    public static void MapRawWebSocket(this WebApplication app)
    {
        app.Services.GetRequiredService<ChatMetrics>().ShowCloses(CloseCodes.All);
        app.Map(app.RawWebSocketPath(), RawWebSocketEndpoint.HandleAsync);
    }

    public static string RawWebSocketPath(this WebApplication app) => app.Services.GetRequiredService<IOptions<RawWebSocketOptions>>().Value.Path;

    /// <summary>Creates a handler for the same hub and groups that supports the colon protocol alone. No other handler supports it.</summary>
    private static RawHub CreateHub(IServiceProvider services)
    {
        var options = new HubOptions
        {
            SupportedProtocols = ["colon"],
            MaximumReceiveMessageSize = null, // FrameReader limits the frames
            MaximumParallelInvocationsPerClient = services.GetRequiredService<IOptions<HubOptions<ChatHub>>>().Value.MaximumParallelInvocationsPerClient,
            EnableDetailedErrors = false,
        };
        options.AddFilter<Refusals>();
        return new RawHub(new HubConnectionHandler<ChatHub>(
            services.GetRequiredService<HubLifetimeManager<ChatHub>>(),
            services.GetRequiredService<IHubProtocolResolver>(),
            Options.Create(options),
            Options.Create(new HubOptions<ChatHub>()),
            services.GetRequiredService<ILoggerFactory>(),
            services.GetRequiredService<IUserIdProvider>(),
            services.GetRequiredService<IServiceScopeFactory>()));
    }
}

/// <summary>The hub's connection handler for raw connections.</summary>
internal sealed record RawHub(HubConnectionHandler<ChatHub> Handler);
