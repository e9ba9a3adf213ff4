using Chat.Server.Configuration;

namespace Chat.Server.Admission.Proxies;

/// <summary>Recognizes WebSocket handshakes whose <c>Upgrade</c> header a proxy dropped, and tells the operator how to keep it.</summary>
internal sealed partial class LostUpgrades(TimeProvider time, ILogger<LostUpgrades> logger)
{
    private readonly OncePerKey lines = new(time);

    /// <summary>Returns whether the request is such a handshake: proxies pass its other headers on.</summary>
    public static bool IsOne(HttpContext context) =>
        HttpMethods.IsGet(context.Request.Method) && !context.WebSockets.IsWebSocketRequest && context.Request.Headers.SecWebSocketKey.Count > 0;

    /// <summary>Logs the remedy once per proxy.</summary>
    public void Warn(HttpContext context)
    {
        var proxy = $"{context.SocketAddress()}";
        if (lines.IsFirst(proxy))
            LogLostUpgrade(logger, proxy, context.Request.Path);
    }

    [LoggerMessage(1, LogLevel.Warning, "The proxy at {Proxy} dropped the Upgrade header of a WebSocket handshake for {Path}. In nginx, add to the location: "
        + "proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection \"upgrade\";")]
    private static partial void LogLostUpgrade(ILogger logger, string proxy, PathString path);
}
