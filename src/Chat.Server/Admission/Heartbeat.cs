using Microsoft.AspNetCore.Http.Features;

namespace Chat.Server.Admission;

internal static class Heartbeat
{
    // A ping every 15 s keeps a quiet connection open through proxies, which usually time out after 60 s. A connection without a pong for 15 s is dead.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    public static WebSocketOptions Options => new() { KeepAliveInterval = Interval, KeepAliveTimeout = Interval };

    /// <summary>Accepts WebSockets with the WebSocket's own ping and a time-out for its pong, also after a <c>UseWebSockets</c> of the application.</summary>
    public static void UseHeartbeat(this IApplicationBuilder app)
    {
        app.Use((context, next) =>
        {
            // UseWebSockets keeps a feature that exists. A host without upgrades has one of its own.
            if (context.Features.Get<IHttpUpgradeFeature>()?.IsUpgradableRequest == true
                || context.Features.Get<IHttpExtendedConnectFeature>()?.IsExtendedConnect == true)
                context.Features.Set<IHttpWebSocketFeature>(null);
            return next(context);
        });
        app.UseWebSockets(Options);
    }
}
