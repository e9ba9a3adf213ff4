using Chat.Protocol;
using Chat.Server.Admission;
using Chat.Server.Configuration;
using Chat.Server.Hubs;
using Chat.Server.Operations;
using Chat.Server.Origins;
using Chat.Server.Raw.Delivery;
using Chat.Server.Sending;
using Microsoft.AspNetCore.SignalR;
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
        services.TryAddSingleton(CreateHub);
        services.TryAddSingleton<AdmissionServices>();
        services.TryAddSingleton<SenderServices>();
        services.TryAddSingleton<RawConnectionFactory>();
    }

    public static void MapRawWebSocket(this WebApplication app)
    {
        app.Services.GetRequiredService<ChatMetrics>().ShowCloses(CloseCodes.All);
        var path = app.RawWebSocketPath();
        // The endpoint authenticates its clients itself. A policy of the application would refuse them first.
        app.Map(path, RawWebSocketEndpoint.HandleAsync).AllowAnonymous().AllowOrigins(app.Services).RequireChecks(path);
    }

    public static string RawWebSocketPath(this WebApplication app) => app.Services.GetRequiredService<IOptions<RawWebSocketOptions>>().Value.Path;

    /// <summary>The same hub and groups, with the colon protocol alone. The adapter limits the size of frames and the rate.</summary>
    private static RawHub CreateHub(IServiceProvider services) => new(services.GetRequiredService<ChatHandlers>()
        .Create(new ChatProtocols(services.GetRequiredService<ColonHubProtocol>()), maxMessageBytes: null, parallelCalls: 1,
            new OneWayCalls(services.GetRequiredService<Refusals>())));
}

/// <summary>The hub's connection handler for raw connections.</summary>
internal sealed record RawHub(HubConnectionHandler<ChatHub> Handler);
