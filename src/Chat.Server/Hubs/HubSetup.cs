using Chat.Protocol;
using Chat.Server.Limits;
using Chat.Server.Messaging;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Chat.Server.Hubs;

internal static class HubSetup
{
    private const string Path = "/chat";

    // What one connection may have in flight: a window of messages must share commits, and one at a time would be one a commit.
    private const int ParallelInvocations = 64;

    public static void AddChatHub(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.TryAddSingleton<Refusals>();
        services.TryAddSingleton<IUserIdProvider, UserIdProvider>();
        services.AddSignalR(hub =>
            {
                hub.EnableDetailedErrors = false;
                hub.HandshakeTimeout = TimeSpan.FromSeconds(5);
                hub.MaximumParallelInvocationsPerClient = ParallelInvocations;
                hub.AddFilter<Refusals>();
            })
            .AddHubOptions<ChatHub>(hub => hub.SupportedProtocols = ["json"])
            .AddJsonProtocol(json => json.PayloadSerializerOptions.TypeInfoResolverChain.Insert(0, ChatJson.Default));
        services.AddOptions<HubOptions<ChatHub>>().Configure<IOptions<MessagingOptions>>((hub, messaging) =>
            // A content of control characters is six times as long in JSON; the rest is room for the envelope.
            hub.MaximumReceiveMessageSize = (6L * messaging.Value.MaxFrameBytes) + 4096);
        services.AddSingleton<IHubProtocol, JsonProtocol>();
    }

    public static void MapChatHub(this WebApplication app)
    {
        var limits = app.Services.GetRequiredService<IOptions<LimitsOptions>>().Value;
        var options = new HttpConnectionDispatcherOptions
        {
            TransportMaxBufferSize = limits.MaxQueuedBytes,
            TransportSendTimeout = limits.SendTimeout == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : limits.SendTimeout,
        };
        app.MapConnections(Path, options, connection =>
        {
            connection.UseSlowReaderLimit();
            connection.UseHub<ChatHub>();
        }).RequireAuthorization();
    }
}
