namespace Chat.Server.Admission;

internal static class Heartbeat
{
    // A ping every 15 s keeps proxies (60 s as a rule) from cutting a quiet connection; one without a pong for 15 s is dead.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    public static WebSocketOptions Options => new() { KeepAliveInterval = Interval, KeepAliveTimeout = Interval };

    /// <summary>Accepts WebSockets with the WebSocket's own ping and a deadline for its pong.</summary>
    public static void UseHeartbeat(this IApplicationBuilder app) => app.UseWebSockets(Options);
}
