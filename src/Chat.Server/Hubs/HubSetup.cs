using Chat.Protocol;
using Chat.Server.Configuration;
using Chat.Server.Limits;
using Chat.Server.Messaging;
using MessagePack;
using MessagePack.Resolvers;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Chat.Server.Hubs;

internal static class HubSetup
{
    private const string Path = "/chat";
    private const string Json = "json";
    private const string MessagePack = "messagepack";

    // What one connection may have in flight: a window of messages must share commits, and one at a time would be one a commit.
    private const int ParallelInvocations = 64;

    public static void AddChatHub(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSettings<ChatHubOptions>(ChatHubOptions.SectionName);
        services.AddSingleton<IValidateOptions<LimitsOptions>, QueueBoundCheck>();
        services.TryAddSingleton<Refusals>();
        services.TryAddSingleton<IUserIdProvider, UserIdProvider>();
        services.AddSignalR(hub =>
            {
                hub.EnableDetailedErrors = false;
                hub.HandshakeTimeout = TimeSpan.FromSeconds(5);
                hub.MaximumParallelInvocationsPerClient = ParallelInvocations;
                hub.AddFilter<Refusals>();
            })
            .AddHubOptions<ChatHub>(_ => { }) // without it the options below are not looked at
            .AddJsonProtocol(json => json.PayloadSerializerOptions.TypeInfoResolverChain.Insert(0, ChatJson.Default));
        services.AddOptions<HubOptions<ChatHub>>().Configure<IOptions<MessagingOptions>, IOptions<ChatHubOptions>>((hub, messaging, options) =>
        {
            hub.MaximumReceiveMessageSize = LargestMessageBytes(messaging.Value.MaxFrameBytes);
            hub.SupportedProtocols = options.Value.MessagePack ? [Json, MessagePack] : [Json];
        });
        // SignalR takes the last protocol of a name.
        services.AddSingleton<IHubProtocol>(s => new RefusingProtocol(new JsonHubProtocol(s.GetRequiredService<IOptions<JsonHubProtocolOptions>>())));
        services.AddSingleton<IHubProtocol>(_ => new RefusingProtocol(new MessagePackHubProtocol(Options.Create(new MessagePackHubProtocolOptions
        {
            SerializerOptions = MessagePackSerializerOptions.Standard
                .WithSecurity(MessagePackSecurity.UntrustedData)
                .WithResolver(CompositeResolver.Create(JsonShapeResolver.Instance, StandardResolver.Instance)),
        }))));
    }

    // A content of control characters is six times as long in JSON; the rest is room for the envelope.
    public static long LargestMessageBytes(int maxFrameBytes) => (6L * maxFrameBytes) + 4096;

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
