using Chat.Protocol;
using Chat.Server.Messaging;

namespace Chat.Server.Push;

/// <summary><c>/api/v1/users/{user}/connections</c> and <c>/api/v1/bans</c>: whom operators send away.</summary>
internal static class OperationEndpoints
{
    public static void MapOperations(this IEndpointRouteBuilder api)
    {
        api.MapDelete("/users/{user}/connections", async (HttpContext context, BannedUsers banned, ReservedNames reserved) =>
                Results.Json(new ClosedAnswer(await banned.EndConnectionsAsync(context.UserOf(reserved), Notice.Kicked)), HttpJson.Contracts.ClosedAnswer))
            .Needs(Scope.Admin).WithName("CloseConnections").WithSummary("Ends the user's connections, and has their clients not come back by themselves.")
            .Produces<ClosedAnswer>().Refuses(400);
        api.MapPut("/bans/{user}", async (HttpContext context, BannedUsers banned, ReservedNames reserved) =>
            {
                await banned.BanAsync(context.UserOf(reserved));
                return Results.NoContent();
            })
            .Needs(Scope.Admin).WithName("Ban").WithSummary("Ends the user's connections, and refuses new ones and messages to and from it.").Produces(204).Refuses(400);
        api.MapDelete("/bans/{user}", async (HttpContext context, BannedUsers banned, ReservedNames reserved) =>
            {
                await banned.UnbanAsync(context.UserOf(reserved));
                return Results.NoContent();
            })
            .Needs(Scope.Admin).WithName("Unban").WithSummary("Ends a ban, if there is one.").Produces(204).Refuses(400);
    }
}
