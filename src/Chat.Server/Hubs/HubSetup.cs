using Chat.Protocol;
using Chat.Server.Admission;
using Chat.Server.Configuration;
using Chat.Server.Delivery;
using Chat.Server.Hubs.Output;
using Chat.Server.Identity;
using Chat.Server.Log;
using Chat.Server.Origins;
using Chat.Server.Topics;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Chat.Server.Hubs;

internal static class HubSetup
{
    public const string Json = "json";
    public const string MessagePack = "messagepack";

    public const string NegotiatePath = Path + "/negotiate";

    public const string Path = "/chat";

    // The messages of a window share commits; one at a time would be one message a commit.
    private const int ParallelCalls = 64;

    // Bytes in a connection's pipe cannot be removed; those queued before it can be bounded and conflated. 64 KiB keep a socket busy.
    private const int PipeBytes = 64 << 10;

    // Shorter than the time-outs of proxies: nginx has 60 s by default, HAProxy 50 s in Debian's configuration.
    private static readonly TimeSpan PollTimeout = TimeSpan.FromSeconds(45);

    public static void AddChatHub(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSettings<ChatHubOptions>(ChatHubOptions.SectionName);
        services.AddSingleton<IValidateOptions<LimitsOptions>, QueueBoundCheck>();
        services.TryAddSingleton<HubAdmission>();
        services.TryAddSingleton<SendGate>();
        services.TryAddSingleton<DeliveryBacklog>();
        services.TryAddSingleton<SlowClientLimit>();
        services.AddSignalR();
        // A backplane of the application registers a manager for every hub, and would write with other protocols than the hub's own.
        services.TryAddSingleton<HubLifetimeManager<ChatHub>, DefaultHubLifetimeManager<ChatHub>>();
        services.TryAddSingleton<ChatHubServices>();
        services.TryAddSingleton<IHubActivator<ChatHub>, ChatHubActivator>();
        services.TryAddSingleton<Refusals>();
        services.TryAddSingleton<ChatHandlers>();
        services.TryAddSingleton(CreateHub);
        services.AddSingleton(s => s.GetRequiredService<HubEndpoint>().Handler); // UseHub asks for it
    }

    /// <summary>Runs after authentication.</summary>
    public static void UseHubAdmission(this IApplicationBuilder app)
    {
        var admission = app.ApplicationServices.GetRequiredService<HubAdmission>();
        app.UseWhen(context => context.Request.Path.StartsWithSegments(Path), branch =>
        {
            branch.Use(next => context => EventStreams.PassUnbuffered(context, next));
            branch.Use(next => context => admission.AdmitAsync(context, next));
        });
    }

    public static void MapChatHub(this WebApplication app)
    {
        var limits = app.Services.GetRequiredService<IOptions<LimitsOptions>>().Value;
        var protocols = app.Services.GetRequiredService<HubEndpoint>().Protocols;
        var admission = app.Services.GetRequiredService<HubAdmission>();
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
            connection.Use(next => context => admission.RunAsync(context, next));
            connection.Use(next => context => HubFarewell.RunAsync(context, next, time));
            connection.UseSlowClientLimit();
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
        })
            .WithMetadata(ChatPolicy.Of(policy => policy.AddAuthenticationSchemes(IdentitySetup.SchemeName).RequireAuthenticatedUser()))
            .AllowOrigins(app.Services).RequireChecks(Path);
    }

    private static HubEndpoint CreateHub(IServiceProvider services)
    {
        var handlers = services.GetRequiredService<ChatHandlers>();
        var hasMessagePack = services.GetRequiredService<IOptions<ChatHubOptions>>().Value.MessagePack;
        var protocols = new ChatProtocols(hasMessagePack ? [handlers.Json(), handlers.MessagePack()] : [handlers.Json()]);
        var maxMessageBytes = services.GetRequiredService<IOptions<MessagingOptions>>().Value.MaxMessageBytes();
        var calls = new HubCalls(services.GetRequiredService<Refusals>(), services.GetRequiredService<SendLimits>());
        return new HubEndpoint(handlers.Create(protocols, maxMessageBytes, ParallelCalls, calls), protocols);
    }

    /// <summary>The hub at <see cref="Path"/>.</summary>
    private sealed record HubEndpoint(HubConnectionHandler<ChatHub> Handler, ChatProtocols Protocols);
}
