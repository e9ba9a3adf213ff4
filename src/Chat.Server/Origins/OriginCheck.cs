using Chat.Protocol;
using Chat.Server.Diagnostics;
using Chat.Server.Identity;
using Microsoft.Extensions.Options;

namespace Chat.Server.Origins;

/// <summary>Lets pages of the allowed sites connect and no others, before anything has happened: a browser would send a user's cookie along
/// for any page, and asks nobody before it opens a WebSocket.</summary>
internal sealed class OriginCheck
{
    private readonly HashSet<string> allowed;
    private readonly bool allowsLoopback, trustsEverybody;
    private readonly ChatMetrics metrics;

    public OriginCheck(IOptions<OriginOptions> options, IOptions<IdentityOptions> identity, IHostEnvironment environment, ChatMetrics metrics)
    {
        allowed = [.. options.Value.Origins.Select(origin => Origin.Normalize(origin)!)];
        allowsLoopback = environment.IsDevelopment();
        trustsEverybody = identity.Value.Mode == IdentityMode.Claimed;
        this.metrics = metrics;
    }

    /// <summary>Whether a page of another site may connect.</summary>
    public bool Allows(string origin) => allowed.Contains(origin) || (allowsLoopback && (origin == Origin.None || Origin.IsLoopback(origin)));

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (IsAllowed(context))
            return next(context);
        metrics.Refused(ChatError.Forbidden);
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return context.Response.WriteAsync(new ChatException(ChatError.Forbidden, "This site may not connect: its origin is not in Chat:Origins.").Refusal);
    }

    private bool IsAllowed(HttpContext context) => context.Request.Headers.Origin switch
    {
        [] => IsNoBrowser(context),
        [{ } origin] => origin == Origin.Normalize($"{context.Request.Scheme}://{context.Request.Host.Value}") || Allows(origin),
        _ => false,
    };

    // A program says no origin, and presents a token itself; so does a browser that asks its own server for something, but not to begin a connection.
    private bool IsNoBrowser(HttpContext context) =>
        trustsEverybody || BearerToken.Of(context.Request) is not null || BearerToken.OfQuery(context.Request) is not null
        || (!context.WebSockets.IsWebSocketRequest && !HttpMethods.IsPost(context.Request.Method) && !HttpMethods.IsDelete(context.Request.Method));
}
