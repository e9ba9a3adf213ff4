using Chat.Protocol;
using Chat.Server.Messaging;
using Chat.Server.Rooms;

namespace Chat.Server.Push;

/// <summary><c>/api/v1/rooms</c>: who is in which room.</summary>
internal static class RoomEndpoints
{
    public static void MapRooms(this IEndpointRouteBuilder api)
    {
        api.MapPut("/rooms/{room}/members/{user}", async (HttpContext context, RoomMembers rooms, ReservedNames reserved) =>
            {
                await rooms.AddAsync(context.UserOf(reserved), context.RoomOf());
                return Results.NoContent();
            })
            .Needs(Scope.Rooms).WithName("AddMember").WithSummary("Makes the user a member of the room.").Produces(204).Refuses(400);
        api.MapDelete("/rooms/{room}/members/{user}", async (HttpContext context, RoomMembers rooms, ReservedNames reserved) =>
            {
                await rooms.LeaveAsync(context.UserOf(reserved), context.RoomOf());
                return Results.NoContent();
            })
            .Needs(Scope.Rooms).WithName("RemoveMember").WithSummary("Ends the user's membership, if there is one.").Produces(204).Refuses(400);
        api.MapGet("/rooms/{room}/members", async (HttpContext context, RoomMembers rooms) =>
                Results.Json(new MembersAnswer(await rooms.ListAsync(context.RoomOf(), context.RequestAborted)), HttpJson.Contracts.MembersAnswer))
            .Needs(Scope.Rooms).WithName("GetMembers").WithSummary("The room's members.").Produces<MembersAnswer>().Refuses(400);
    }
}
