using Chat.Protocol;
using Chat.Server.Admission;
using Chat.Server.Admission.Proxies;
using Chat.Server.Configuration;
using Chat.Server.Identity;
using Microsoft.Extensions.Options;

namespace Chat.Server.Origins;

/// <summary>Admits pages of the allowed sites only, before anything else happens. A browser sends a user's cookie for the page of any site, and
/// needs no permission to open a WebSocket.</summary>
internal sealed partial class OriginCheck
{
    // A host has at most 255 characters.
    private const int MaxShown = 300;

    private readonly HashSet<string> allowed;
    private readonly bool allowsLoopback;
    private readonly IdentityMode? mode;
    private readonly ConnectRefusals refusals;
    private readonly ILogger<OriginCheck> logger;
    private readonly OncePerKey lines;

    public OriginCheck(
        IOptions<OriginOptions> options, IOptions<IdentityOptions> identity, IHostEnvironment environment, ConnectRefusals refusals, TimeProvider time, ILogger<OriginCheck> logger)
    {
        allowed = [.. options.Value.Origins.Select(origin => Origin.Normalize(origin)!)];
        allowsLoopback = environment.IsDevelopment();
        mode = identity.Value.Mode;
        this.refusals = refusals;
        this.logger = logger;
        lines = new OncePerKey(time);
    }

    /// <summary>Whether a page of another site may connect.</summary>
    public bool Allows(string origin) => allowed.Contains(origin) || (allowsLoopback && (origin == Origin.None || Origin.IsLoopback(origin)));

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (IsAllowed(context))
            return next(context);
        Warn(context);
        return context.Request.Headers.Origin.Count == 0
            ? RefuseAsync(context, mode == IdentityMode.Application
                ? "A request without the header Origin must have the header Authorization; a cookie alone is not accepted."
                : "A request without an Origin must present its token in Authorization or access_token, not in a cookie alone.", null)
            : RefuseAsync(context, "This site may not connect: its origin is not in Chat:Origins.", HttpRefusal.Origin);
    }

    private Task RefuseAsync(HttpContext context, string text, string? reason) =>
        refusals.RefuseAsync(context, StatusCodes.Status403Forbidden, new ChatException(ChatError.Forbidden, text), reason);

    private bool IsAllowed(HttpContext context) => context.Request.Headers.Origin switch
    {
        [] => IsNoBrowser(context),
        [{ } origin] => IsOwn(origin, context) || Allows(origin),
        _ => false,
    };

    private static bool IsOwn(string origin, HttpContext context)
    {
        var host = context.Request.Host;
        return origin == Seen(context, host)
            // Proxies often forward the host without its port.
            || (host.Port is null && context.ForwardedPort() is { } port && origin == Seen(context, new HostString($"{host.Value}:{port}")));
    }

    /// <summary>The server's own origin, as the request names it.</summary>
    private static string? Seen(HttpContext context, HostString host)
    {
        // Traefik forwards the scheme of the WebSocket, not that of the page.
        var scheme = context.Request.Scheme switch { "ws" => "http", "wss" => "https", var other => other };
        return Origin.Normalize($"{scheme}://{host.Value}");
    }

    // A program sends no Origin and presents a token. A browser sends no Origin with a GET to its own server, and a GET begins no connection.
    private bool IsNoBrowser(HttpContext context) =>
        mode switch
        {
            IdentityMode.Claimed => true,
            IdentityMode.Application => context.Request.Headers.Authorization.Count > 0,
            _ => BearerToken.Of(context.Request) is not null || BearerToken.OfQuery(context.Request) is not null,
        }
        || (!context.WebSockets.IsWebSocketRequest && !HttpMethods.IsPost(context.Request.Method) && !HttpMethods.IsDelete(context.Request.Method));

    private void Warn(HttpContext context)
    {
        // Only an origin that a browser can send is worth a line.
        if (context.Request.Headers.Origin is not [{ Length: <= MaxShown } origin] || Origin.Normalize(origin) != origin
            || Seen(context, context.Request.Host) is not { Length: <= MaxShown } seen || !lines.IsFirst($"{origin} {seen}"))
            return;
        LogRefusedOrigin(logger, origin, seen, context.IsProxied() ? "" : $"list the proxy at {context.SocketAddress()} in Chat:KnownProxies, and ");
    }

    [LoggerMessage(1, LogLevel.Warning, "A page of {Origin} was refused, because this request was sent to {Seen}. "
        + "If the page is the server's own, {List}let the proxy tell the address that browsers use. "
        + "In nginx: proxy_set_header X-Forwarded-Host $http_host; proxy_set_header X-Forwarded-Proto $scheme; "
        + "If the page is another site's and may connect, add {Origin} to Chat:Origins.")]
    private static partial void LogRefusedOrigin(ILogger logger, string origin, string seen, string list);
}
