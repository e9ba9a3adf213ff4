using Chat.Protocol;
using Chat.Server.Admission;
using Chat.Server.Configuration;
using Chat.Server.Delivery;
using Chat.Server.Hubs.Output;
using Chat.Server.Identity;
using Chat.Server.Log;
using Chat.Server.Topics;
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
    public const string Json = "json";
    public const string MessagePack = "messagepack";

    public const string NegotiatePath = Path + "/negotiate";

    public const string Path = "/chat";

    // What is in a connection's pipe cannot be taken back; what waits before it is ours to bound and to conflate. Enough to keep a socket busy.
    private const int PipeBytes = 64 << 10;

    // An idle poll is answered before proxies give up: nginx waits 60 s by default, HAProxy 50 s in Debian's configuration.
    private static readonly TimeSpan PollTimeout = TimeSpan.FromSeconds(45);

    // What one connection may have in flight: a window of messages must share commits, and one at a time would be one a commit.
    private const int ParallelInvocations = 64;

    public static void AddChatHub(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSettings<ChatHubOptions>(ChatHubOptions.SectionName);
        services.AddSingleton<IValidateOptions<LimitsOptions>, QueueBoundCheck>();
        services.TryAddSingleton<Refusals>();
        services.TryAddSingleton<SendRate>();
        services.TryAddSingleton<HubAdmission>();
        services.TryAddSingleton<SendGate>();
        services.TryAddSingleton<IUserIdProvider, UserIdProvider>();
        // The application may have hubs of its own: only what they throw is ours to log, because the dispatcher is silenced for all.
        services.AddSignalR(hub => hub.AddFilter<Refusals>())
            .AddHubOptions<ChatHub>(hub =>
            {
                hub.EnableDetailedErrors = false;
                hub.HandshakeTimeout = TimeSpan.FromSeconds(5);
                hub.MaximumParallelInvocationsPerClient = ParallelInvocations;
                hub.AddFilter<SendRate>();
            })
            .AddJsonProtocol(json => json.PayloadSerializerOptions.TypeInfoResolverChain.Insert(0, ChatJson.Default));
        services.AddOptions<HubOptions<ChatHub>>().Configure<IOptions<MessagingOptions>, IOptions<ChatHubOptions>>((hub, messaging, options) =>
        {
            hub.MaximumReceiveMessageSize = messaging.Value.MaxMessageBytes();
            hub.SupportedProtocols = options.Value.MessagePack ? [Json, MessagePack] : [Json];
        });
        // SignalR takes the last protocol of a name.
        AddProtocol(s => new JsonHubProtocol(s.GetRequiredService<IOptions<JsonHubProtocolOptions>>()));
        AddProtocol(_ => new MessagePackHubProtocol(Options.Create(new MessagePackHubProtocolOptions
        {
            SerializerOptions = MessagePackSerializerOptions.Standard
                .WithSecurity(MessagePackSecurity.UntrustedData)
                .WithResolver(CompositeResolver.Create(JsonShapeResolver.Instance, StandardResolver.Instance)),
        })));

        void AddProtocol(Func<IServiceProvider, IHubProtocol> inner) => services.AddSingleton<IHubProtocol>(s =>
            new ChatHubProtocol(inner(s), s.GetRequiredService<SendGate>(), s.GetRequiredService<IOptions<MessagingOptions>>().Value));
    }

    /// <summary>Stands behind what finds out who calls.</summary>
    public static void UseHubAdmission(this WebApplication app)
    {
        var door = app.Services.GetRequiredService<HubAdmission>();
        app.UseWhen(context => context.Request.Path.StartsWithSegments(Path), branch =>
        {
            branch.Use(next => context => EventStreams.PassUnbuffered(context, next));
            branch.Use(next => context => door.AdmitAsync(context, next));
        });
    }

    public static void MapChatHub(this WebApplication app)
    {
        var limits = app.Services.GetRequiredService<IOptions<LimitsOptions>>().Value;
        var protocols = app.Services.GetRequiredService<IHubProtocolResolver>();
        var door = app.Services.GetRequiredService<HubAdmission>();
        var hub = app.Services.GetRequiredService<IHubContext<ChatHub, IChatClient>>();
        var time = app.Services.GetRequiredService<TimeProvider>();
        var log = app.Services.GetRequiredService<ILogHealth>();
        var options = new HttpConnectionDispatcherOptions
        {
            TransportMaxBufferSize = PipeBytes,
            TransportSendTimeout = limits.SendTimeout == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : limits.SendTimeout,
            LongPolling = { PollTimeout = PollTimeout },
        };
        app.MapConnections(Path, options, connection =>
        {
            connection.Use(next => context => door.RunAsync(context, next));
            connection.Use(next => context => HubFarewell.RunAsync(context, next, time));
            connection.UseSlowReaderLimit();
            connection.Use(next => context =>
            {
                context.Transport = new Duplex(new PacedInput(context.Transport.Input, log, TimeProvider.System), context.Transport.Output);
                return next(context);
            });
            connection.Use(next => context =>
            {
                var output = context.Features.Get<BoundedOutput>()!;
                context.Features.Set<IConnectionControl>(new HubControl(context, output, hub, time));
                context.Features.Set<IValueOutput>(new HubValueOutput(context, output, protocols));
                return next(context);
            });
            connection.UseHub<ChatHub>();
        }).RequireAuthorization(policy => policy.AddAuthenticationSchemes(IdentitySetup.SchemeName).RequireAuthenticatedUser());
    }
}
