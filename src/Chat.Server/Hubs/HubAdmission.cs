using System.Collections.Concurrent;
using Chat.Protocol;
using Chat.Server.Admission;
using Chat.Server.Admission.Proxies;
using Chat.Server.Identity;
using Chat.Server.Operations;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Connections;

namespace Chat.Server.Hubs;

/// <summary>Lets hub connections in, and refuses them before they begin: at negotiate, and at a WebSocket's upgrade.</summary>
internal sealed class HubAdmission(
    ConnectionLimits limits, NegotiateLimit negotiates, LostUpgrades lostUpgrades, BannedUsers banned, Drain drain, ConnectRefusals refusals, ChatMetrics metrics)
{
    // By the connection's token, which polls and sends name it by. SignalR does not ask whose it is.
    private readonly ConcurrentDictionary<string, string> owners = new(StringComparer.Ordinal);

    public Task AdmitAsync(HttpContext context, RequestDelegate next)
    {
        if (TokenOf(context) is { } token && owners.TryGetValue(token, out var owner) && owner != context.User.UserId())
            return refusals.RefuseAsync(context, StatusCodes.Status403Forbidden, new ChatException(ChatError.Forbidden, "The connection is somebody else's."));
        // SignalR would take it for a poll, and keep a connection that nobody uses.
        if (LostUpgrades.IsOne(context))
        {
            lostUpgrades.Warn(context);
            context.Response.Headers.Upgrade = "websocket";
            return refusals.RefuseAsync(context, StatusCodes.Status426UpgradeRequired, new ChatException(ChatError.BadRequest, "The WebSocket handshake has no Upgrade header: a proxy dropped it."));
        }
        // Only what begins a connection is asked for: polls and sends of one that has begun are not.
        var isNegotiate = HttpMethods.IsPost(context.Request.Method) && context.Request.Path.StartsWithSegments(HubSetup.NegotiatePath);
        if (!isNegotiate && !context.WebSockets.IsWebSocketRequest)
            return next(context);
        if (drain.HasBegun)
            return refusals.RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, new ChatException(ChatError.Unavailable, Drain.Reason));
        var address = context.Connection.RemoteIpAddress;
        if (context.User.UserId() is not { } user)
            return next(context);
        if (banned.Contains(user))
            return refusals.RefuseAsync(context, StatusCodes.Status403Forbidden, new ChatException(ChatError.Forbidden, Notice.Banned.Text), HttpRefusal.Banned);
        if (!limits.HasRoom(address, user) || (isNegotiate && !negotiates.TryEnter(address)))
            return refusals.RefuseAsync(context, StatusCodes.Status429TooManyRequests, new ChatException(ChatError.RateLimited, "Too many connections."));
        return next(context);
    }

    /// <summary>Holds the connection's place while it lasts.</summary>
    public async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var http = connection.GetHttpContext()!;
        var user = http.User.UserId()!;
        using var place = limits.Enter(http.Connection.RemoteIpAddress);
        if (place?.TryTake(user) != true)
        {
            // It was let in while others came; it ends without a word, and its next try is refused with one.
            metrics.Refused(ChatError.RateLimited);
            return;
        }
        using var counted = metrics.Connected("hub");
        var token = TokenOf(http);
        if (token is not null)
            owners[token] = user;
        try
        {
            await next(connection);
        }
        finally
        {
            if (token is not null)
                owners.TryRemove(token, out _);
            if (connection.Features.Get<Caller>() is null)
                metrics.EndedWithoutHandshake();
        }
    }

    // As SignalR reads it: of several values it skips those that are empty.
    private static string? TokenOf(HttpContext context) => context.Request.Query["id"].ToString() is { Length: > 0 } token ? token : null;
}
