using Chat.Protocol;
using Chat.Server.Push;
using Chat.Server.Sending;

namespace Chat.Server.Rooms;

/// <summary><c>/api/v1/rooms</c> and <c>/api/v1/members</c>: the members of rooms.</summary>
internal static class RoomEndpoints
{
    private const string Member = "/rooms/{room}/members/{user}";
    private const string ByQuery = "/members";

    public static void MapRooms(this IEndpointRouteBuilder api)
    {
        QueryForms.Map(Member, ByQuery, "AddMember", pattern => api.MapPut(pattern, AddAsync)
            .Needs(ApiScope.Rooms)
            .WithSummary("Makes the user a member of the room.").Produces(204).Refuses(400));
        QueryForms.Map(Member, ByQuery, "RemoveMember", pattern => api.MapDelete(pattern, RemoveAsync)
            .Needs(ApiScope.Rooms)
            .WithSummary("Ends the user's membership, if there is one.").Produces(204).Refuses(400));
        QueryForms.Map("/rooms/{room}/members", ByQuery, "GetMembers", pattern => api.MapGet(pattern, ListAsync)
            .Needs(ApiScope.Rooms)
            .WithSummary("Lists the room's members.").Produces<MembersAnswer>().Refuses(400));
    }

    private static async Task<IResult> AddAsync(HttpContext context, RoomMembers rooms, ReservedNames reserved)
    {
        await rooms.AddAsync(context.UserOf(reserved), context.RoomOf());
        return Results.NoContent();
    }

    private static async Task<IResult> RemoveAsync(HttpContext context, RoomMembers rooms, ReservedNames reserved)
    {
        await rooms.LeaveAsync(context.UserOf(reserved), context.RoomOf());
        return Results.NoContent();
    }

    private static async Task<IResult> ListAsync(HttpContext context, RoomMembers rooms) =>
        Results.Json(new MembersAnswer(await rooms.ListAsync(context.RoomOf(), context.RequestAborted)), HttpJson.Contracts.MembersAnswer);
}
