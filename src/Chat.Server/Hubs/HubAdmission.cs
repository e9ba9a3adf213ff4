using System.Collections.Concurrent;
using Chat.Protocol;
using Chat.Server.Admission;
using Chat.Server.Admission.Proxies;
using Chat.Server.Identity;
using Chat.Server.Operations;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Connections;

namespace Chat.Server.Hubs;

/// <summary>Admits hub connections, or refuses them before they begin: at negotiate and at the WebSocket upgrade.</summary>
internal sealed class HubAdmission(
    ConnectionLimits limits, NegotiateLimit negotiates, LostUpgrades lostUpgrades, BannedUsers banned, Drain drain, ConnectRefusals refusals,
    ChatMetrics metrics)
{
    // By connection token, which polls and sends carry. SignalR does not check the user.
    private readonly ConcurrentDictionary<string, string> owners = new(StringComparer.Ordinal);

    public Task AdmitAsync(HttpContext context, RequestDelegate next)
    {
        if (context.User.UserId() is not { } user)
            return context.GetEndpoint() is null
                ? next(context)
                : RefuseAsync(context, StatusCodes.Status403Forbidden, ChatError.Forbidden, UserPrincipal.Lost);
        if (TokenOf(context) is { } token && owners.TryGetValue(token, out var owner) && owner != user)
            return RefuseAsync(context, StatusCodes.Status403Forbidden, ChatError.Forbidden, "The connection belongs to another user.");
        // SignalR would handle it as a poll, and keep a connection without a client.
        if (LostUpgrades.IsOne(context))
        {
            lostUpgrades.Warn(context);
            context.Response.Headers.Upgrade = "websocket";
            return RefuseAsync(
                context, StatusCodes.Status426UpgradeRequired, ChatError.BadRequest, "The WebSocket handshake has no Upgrade header: a proxy dropped it.");
        }
        // The limits hold for requests that begin a connection; polls and sends belong to one that is admitted.
        var isNegotiate = HttpMethods.IsPost(context.Request.Method) && context.Request.Path.StartsWithSegments(HubSetup.NegotiatePath);
        if (!isNegotiate && !context.WebSockets.IsWebSocketRequest)
            return next(context);
        if (drain.HasBegun)
            return RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, ChatError.Unavailable, Drain.Reason);
        var address = context.Connection.RemoteIpAddress;
        if (banned.Contains(user))
            return RefuseAsync(context, StatusCodes.Status403Forbidden, ChatError.Forbidden, Notice.Banned.Text, HttpRefusal.Banned);
        if (!limits.HasCapacity(address, user) || (isNegotiate && !negotiates.TryEnter(address)))
            return RefuseAsync(context, StatusCodes.Status429TooManyRequests, ChatError.RateLimited, ConnectionLimits.TooMany);
        return next(context);
    }

    /// <summary>Holds a slot while the connection lasts.</summary>
    public async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var http = connection.GetHttpContext()!;
        var user = http.User.UserId()!;
        using var slot = limits.TryTakeSlot(http.Connection.RemoteIpAddress);
        if (slot?.TryCountUser(user) != true)
        {
            // Other connections took the slots since negotiate. This one ends without a reason; its next attempt is refused with one.
            metrics.CountRefusal(ChatError.RateLimited);
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
                metrics.CountEndedWithoutHandshake();
        }
    }

    private Task RefuseAsync(HttpContext context, int status, ChatError error, string text, string? reason = null) =>
        refusals.RefuseAsync(context, status, new ChatException(error, text), reason);

    // As SignalR reads it: empty values are skipped.
    private static string? TokenOf(HttpContext context) => context.Request.Query["id"].ToString() is { Length: > 0 } token ? token : null;
}
