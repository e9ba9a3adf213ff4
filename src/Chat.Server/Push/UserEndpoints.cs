using System.Globalization;
using System.Net;
using Chat.Protocol;
using Chat.Server.Delivery;
using Chat.Server.History;
using Chat.Server.Log;
using Chat.Server.Operations;
using Chat.Server.Sending;
using Microsoft.OpenApi;

namespace Chat.Server.Push;

/// <summary><c>/api/v1/users</c>, <c>/user</c>, <c>/connections</c> and <c>/messages</c>: users, their connections and their mailboxes.</summary>
internal static class UserEndpoints
{
    public static void MapUsers(this IEndpointRouteBuilder api)
    {
        api.MapGet("/users", ListUsersAsync).Needs(ApiScope.Admin).Named("GetUsers")
            .WithSummary("Users that have a mailbox or a connection, in ordinal order.")
            .TakesQuery("prefix", "The beginning of their ids.").TakesLimit().Produces<UsersAnswer>().Refuses(400);
        QueryForms.Map("/users/{user}", "/user", "GetUser", pattern => api.MapGet(pattern, GetUserAsync)
            .Needs(ApiScope.Admin)
            .WithSummary("Whether the user is online, and the positions of its mailbox.").Produces<UserAnswer>().Refuses(400));
        QueryForms.Map("/users/{user}/connections", "/connections", "GetConnections", pattern => api.MapGet(pattern, ListConnections)
            .Needs(ApiScope.Admin)
            .WithSummary("The user's connections, the oldest first.").Produces<ConnectionsAnswer>().Refuses(400));
        QueryForms.Map("/users/{user}/messages", "/messages", "GetMessages", pattern => api.MapGet(pattern, ReadAsync)
            .Needs(ApiScope.Admin)
            .WithSummary("The user's mailbox: the newest messages, or those after a position; oldest first.")
            .TakesQuery("after", "A position.").TakesLimit().Produces<ReadAnswer>().Refuses(400));
    }

    private static RouteHandlerBuilder TakesLimit(this RouteHandlerBuilder endpoint) =>
        endpoint.TakesQuery("limit", $"1 to {ReadRequest.MaxLimit}; {ReadRequest.DefaultLimit} unless given.", JsonSchemaType.Integer);

    private static async Task<IResult> ListUsersAsync(HttpContext context, IMessageLog log, StreamGroups groups)
    {
        var prefix = context.Parameter("prefix") ?? "";
        var limit = StreamHistory.LimitOf(Limit(context));
        var stored = await log.GetUsersAsync(prefix, limit, context.RequestAborted);
        var users = stored.Union(groups.Users(prefix), StringComparer.Ordinal).Order(StringComparer.Ordinal).Take(limit);
        return Results.Json(new UsersAnswer([.. users]), HttpJson.Contracts.UsersAnswer);
    }

    private static async Task<IResult> GetUserAsync(
        HttpContext context, IMessageLog log, ConfirmedPositions confirmed, StreamGroups groups, BannedUsers banned, ReservedNames reserved)
    {
        var user = context.UserOf(reserved);
        var connections = groups.CountOf(user);
        var head = (await log.GetBoundsAsync(user, context.RequestAborted)).Head;
        var offset = await confirmed.GetAsync(user, user, context.RequestAborted);
        var answer = new UserAnswer(user, connections > 0, connections, Position(head), Position(offset), banned.Contains(user));
        return Results.Json(answer, HttpJson.Contracts.UserAnswer);

        string Position(long offset) => new Position(log.Epoch, offset).ToString();
    }

    private static IResult ListConnections(HttpContext context, StreamGroups groups, ReservedNames reserved)
    {
        var connections = groups.Of(context.UserOf(reserved)).OrderBy(connection => connection.Since).Select(connection => new UserConnection(
            connection.Id, connection.Control.Kind, connection.Since, Text(connection.Control.Address), connection.Control.QueuedBytes));
        return Results.Json(new ConnectionsAnswer([.. connections]), HttpJson.Contracts.ConnectionsAnswer);
    }

    private static async Task<IResult> ReadAsync(HttpContext context, StreamHistory history, ReservedNames reserved)
    {
        var user = context.UserOf(reserved);
        var request = new ReadRequest(user, context.Parameter("after"), Limit: Limit(context));
        return Results.Json(await history.ReadAsync(user, request, context.RequestAborted), HttpJson.Contracts.ReadAnswer);
    }

    // An IPv4 address of a dual-stack socket is written as IPv4.
    private static string? Text(IPAddress? address) => (address?.IsIPv4MappedToIPv6 == true ? address.MapToIPv4() : address)?.ToString();

    private static int? Limit(HttpContext context) => context.Parameter("limit") switch
    {
        null => null,
        var text when int.TryParse(text, NumberStyles.None, null, out var limit) => limit,
        _ => throw new ChatException(ChatError.BadRequest, $"The query parameter limit must be a number from 1 to {ReadRequest.MaxLimit}."),
    };
}
