using Chat.Protocol;
using Chat.Server.Log;
using MessagePack;
using MessagePack.Resolvers;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Chat.Server.Hubs;

/// <summary>Makes the connection handlers of <see cref="ChatHub"/> with their own protocols, filters and options. The hubs of the application keep theirs.</summary>
internal sealed class ChatHandlers(
    HubLifetimeManager<ChatHub> connections, IServiceProvider services, SendGate gate, IOptions<MessagingOptions> messaging, ILoggerFactory loggers)
{
    /// <summary>SignalR's JSON protocol with the project's contracts.</summary>
    public IHubProtocol Json() => OfChat(new MessageJsonProtocol(new JsonHubProtocol(Options.Create(JsonOptions()))));

    /// <summary>SignalR's MessagePack protocol; contracts have the shape that they have in JSON.</summary>
    public IHubProtocol MessagePack() => OfChat(new MessagePackHubProtocol(Options.Create(new MessagePackHubProtocolOptions
    {
        SerializerOptions = MessagePackSerializerOptions.Standard
            .WithSecurity(MessagePackSecurity.UntrustedData)
            .WithResolver(CompositeResolver.Create(JsonShapeResolver.Instance, StandardResolver.Instance)),
    })));

    /// <summary>SignalR's options with the project's contracts.</summary>
    public static JsonHubProtocolOptions JsonOptions()
    {
        var options = new JsonHubProtocolOptions();
        options.PayloadSerializerOptions.TypeInfoResolverChain.Insert(0, ChatJson.Default);
        return options;
    }

    /// <param name="protocols">The protocols that its connections may use.</param>
    /// <param name="maxMessageBytes">The largest message that it reads; null where the caller has counted.</param>
    /// <param name="parallelCalls">Calls of one connection that may be in progress.</param>
    /// <param name="calls">Makes the calls. It is the only filter: each one is a state machine a call.</param>
    public HubConnectionHandler<ChatHub> Create(ChatProtocols protocols, long? maxMessageBytes, int parallelCalls, IHubFilter calls)
    {
        var options = new HubOptions
        {
            SupportedProtocols = [.. protocols.AllProtocols.Select(protocol => protocol.Name)],
            MaximumReceiveMessageSize = maxMessageBytes,
            MaximumParallelInvocationsPerClient = parallelCalls,
            HandshakeTimeout = TimeSpan.FromSeconds(5),
            EnableDetailedErrors = false,
        };
        options.AddFilter(calls);
        return new HubConnectionHandler<ChatHub>(
            connections, protocols, Options.Create(options), Options.Create(new HubOptions<ChatHub>()), new QuietDispatcher(loggers), new UserIdProvider(),
            new SharedScope(services));
    }

    private ChatHubProtocol OfChat(IHubProtocol inner) => new(inner, gate, messaging.Value);

    /// <summary>Drops the lines of SignalR's dispatcher: it logs each refusal as an error with its stack. <see cref="Refusals"/> logs the faults.</summary>
    private sealed class QuietDispatcher(ILoggerFactory inner) : ILoggerFactory
    {
        private const string Category = "Microsoft.AspNetCore.SignalR.Internal.DefaultHubDispatcher";

        public ILogger CreateLogger(string categoryName) => categoryName == Category ? NullLogger.Instance : inner.CreateLogger(categoryName);

        public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

        public void Dispose()
        {
            // The application disposes the inner factory.
        }
    }

    /// <summary>The scope of all calls: the application's own services.</summary>
    /// <remarks>SignalR makes a scope for each call and resolves from it, for this hub, only singletons. A scope of its own would cost each call
    /// 130 bytes. A hub method must therefore take no scoped service.</remarks>
    private sealed class SharedScope(IServiceProvider services) : IServiceScopeFactory, IServiceScope
    {
        public IServiceProvider ServiceProvider => services;

        public IServiceScope CreateScope() => this;

        public void Dispose()
        {
            // The application disposes its services.
        }
    }
}
