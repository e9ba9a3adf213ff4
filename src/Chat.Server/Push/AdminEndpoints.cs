using System.Globalization;
using System.Net;
using Chat.Protocol;
using Chat.Server.Messaging;
using Chat.Server.Rooms;
using Microsoft.OpenApi;

namespace Chat.Server.Push;

/// <summary><c>/api/v1/rooms</c> and <c>/api/v1/users</c>: what back ends know and arrange.</summary>
internal static class AdminEndpoints
{
    public static void MapRooms(this IEndpointRouteBuilder api)
    {
        api.MapPut("/rooms/{room}/members/{user}", async (HttpContext context, RoomMembers rooms, ReservedNames reserved) =>
            {
                await rooms.AddAsync(User(context, reserved), Room(context));
                return Results.NoContent();
            })
            .Needs(Scope.Rooms).WithName("AddMember").WithSummary("Makes the user a member of the room.").Produces(204).Refuses(400);
        api.MapDelete("/rooms/{room}/members/{user}", async (HttpContext context, RoomMembers rooms, ReservedNames reserved) =>
            {
                await rooms.LeaveAsync(User(context, reserved), Room(context));
                return Results.NoContent();
            })
            .Needs(Scope.Rooms).WithName("RemoveMember").WithSummary("Ends the user's membership, if there is one.").Produces(204).Refuses(400);
        api.MapGet("/rooms/{room}/members", async (HttpContext context, RoomMembers rooms) =>
                Results.Json(new MembersAnswer(await rooms.ListAsync(Room(context), context.RequestAborted)), HttpJson.Contracts.MembersAnswer))
            .Needs(Scope.Rooms).WithName("GetMembers").WithSummary("The room's members.").Produces<MembersAnswer>().Refuses(400);
    }

    public static void MapUsers(this IEndpointRouteBuilder api)
    {
        api.MapGet("/users", ListUsersAsync).Needs(Scope.Admin).WithName("GetUsers")
            .WithSummary("Users that have a mailbox or a connection, in ordinal order.")
            .TakesQuery("prefix", "What their ids begin with.").TakesQuery("limit", "1 to 500; 50 unless given.", JsonSchemaType.Integer).Produces<UsersAnswer>().Refuses(400);
        api.MapGet("/users/{user}", GetUserAsync).Needs(Scope.Admin).WithName("GetUser")
            .WithSummary("Whether the user is online, and where its mailbox stands.").Produces<UserAnswer>().Refuses(400);
        api.MapGet("/users/{user}/connections", ListConnections).Needs(Scope.Admin).WithName("GetConnections")
            .WithSummary("The user's connections, the oldest first.").Produces<ConnectionsAnswer>().Refuses(400);
        api.MapGet("/users/{user}/messages", ReadAsync).Needs(Scope.Admin).WithName("GetMessages")
            .WithSummary("The user's mailbox: the newest messages, or those after a position; oldest first.")
            .TakesQuery("after", "A position.").TakesQuery("limit", "1 to 500; 50 unless given.", JsonSchemaType.Integer).Produces<ReadAnswer>().Refuses(400);
    }

    public static void MapOperations(this IEndpointRouteBuilder api)
    {
        api.MapDelete("/users/{user}/connections", async (HttpContext context, BannedUsers banned, ReservedNames reserved) =>
                Results.Json(new ClosedAnswer(await banned.EndConnectionsAsync(User(context, reserved), Notice.Kicked)), HttpJson.Contracts.ClosedAnswer))
            .Needs(Scope.Admin).WithName("CloseConnections").WithSummary("Ends the user's connections, and has their clients not come back by themselves.")
            .Produces<ClosedAnswer>().Refuses(400);
        api.MapPut("/bans/{user}", async (HttpContext context, BannedUsers banned, ReservedNames reserved) =>
            {
                await banned.BanAsync(User(context, reserved));
                return Results.NoContent();
            })
            .Needs(Scope.Admin).WithName("Ban").WithSummary("Ends the user's connections, and refuses new ones and messages to and from it.").Produces(204).Refuses(400);
        api.MapDelete("/bans/{user}", async (HttpContext context, BannedUsers banned, ReservedNames reserved) =>
            {
                await banned.UnbanAsync(User(context, reserved));
                return Results.NoContent();
            })
            .Needs(Scope.Admin).WithName("Unban").WithSummary("Ends a ban, if there is one.").Produces(204).Refuses(400);
    }

    private static async Task<IResult> ListUsersAsync(HttpContext context, IMessageLog log, StreamGroups groups)
    {
        var prefix = context.Request.Query["prefix"].ToString();
        var limit = StreamHistory.LimitOf(Limit(context));
        var stored = await log.GetUsersAsync(prefix, limit, context.RequestAborted);
        var users = stored.Union(groups.Users(prefix), StringComparer.Ordinal).Order(StringComparer.Ordinal).Take(limit);
        return Results.Json(new UsersAnswer([.. users]), HttpJson.Contracts.UsersAnswer);
    }

    private static async Task<IResult> GetUserAsync(
        HttpContext context, IMessageLog log, ConfirmedPositions confirmed, StreamGroups groups, ReservedNames reserved)
    {
        var user = User(context, reserved);
        var connections = groups.CountOf(user);
        var head = (await log.GetBoundsAsync(user, context.RequestAborted)).Head;
        var offset = await confirmed.GetAsync(user, user, context.RequestAborted);
        var answer = new UserAnswer(user, connections > 0, connections, Position(head), Position(offset));
        return Results.Json(answer, HttpJson.Contracts.UserAnswer);

        string Position(long offset) => new Position(log.Epoch, offset).ToString();
    }

    private static IResult ListConnections(HttpContext context, StreamGroups groups, ReservedNames reserved)
    {
        var connections = groups.Of(User(context, reserved)).OrderBy(connection => connection.Since).Select(connection => new UserConnection(
            connection.Id, connection.Control.Kind, connection.Since, Text(connection.Control.Address), connection.Control.QueuedBytes));
        return Results.Json(new ConnectionsAnswer([.. connections]), HttpJson.Contracts.ConnectionsAnswer);
    }

    private static async Task<IResult> ReadAsync(HttpContext context, StreamHistory history, ReservedNames reserved)
    {
        var user = User(context, reserved);
        var request = new ReadRequest(user, context.Request.Query["after"] is [{ } after] ? after : null, Limit: Limit(context));
        return Results.Json(await history.ReadAsync(user, request, context.RequestAborted), HttpJson.Contracts.ReadAnswer);
    }

    private static string Room(HttpContext context) => RoomMembers.Require("#" + context.Segment("room"));

    private static string User(HttpContext context, ReservedNames reserved) => reserved.RequireUser(context.Segment("user"), ChatError.BadRecipient);

    // One that came to a socket of both families is written as it came.
    private static string? Text(IPAddress? address) => (address?.IsIPv4MappedToIPv6 == true ? address.MapToIPv4() : address)?.ToString();

    private static int? Limit(HttpContext context) => context.Request.Query["limit"] switch
    {
        [] => null,
        [{ } text] when int.TryParse(text, NumberStyles.None, null, out var limit) => limit,
        _ => throw new ChatException(ChatError.BadRequest, "A limit is a number."),
    };
}
