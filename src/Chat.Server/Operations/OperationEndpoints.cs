using Chat.Protocol;
using Chat.Server.Delivery;
using Chat.Server.Push;
using Chat.Server.Sending;

namespace Chat.Server.Operations;

/// <summary><c>DELETE /api/v1/connections</c> and <c>/api/v1/bans</c>: operators close connections and ban users.</summary>
internal static class OperationEndpoints
{
    public static void MapOperations(this IEndpointRouteBuilder api)
    {
        QueryForms.Map("/users/{user}/connections", "/connections", "CloseConnections", pattern => api.MapDelete(pattern, CloseAsync)
            .Needs(ApiScope.Admin)
            .WithSummary("Ends the user's connections, and tells their clients not to reconnect by themselves.").Produces<ClosedAnswer>().Refuses(400));
        QueryForms.Map("/bans/{user}", "/bans", "Ban", pattern => api.MapPut(pattern, BanAsync)
            .Needs(ApiScope.Admin)
            .WithSummary("Bans the user: ends its connections, and refuses new ones and messages to and from it.").Produces(204).Refuses(400));
        QueryForms.Map("/bans/{user}", "/bans", "Unban", pattern => api.MapDelete(pattern, UnbanAsync)
            .Needs(ApiScope.Admin)
            .WithSummary("Ends the user's ban, if there is one.").Produces(204).Refuses(400));
    }

    private static async Task<IResult> CloseAsync(HttpContext context, StreamGroups groups, ReservedNames reserved) =>
        Results.Json(new ClosedAnswer(await groups.EndConnectionsAsync(context.UserOf(reserved), Notice.Kicked)), HttpJson.Contracts.ClosedAnswer);

    private static async Task<IResult> BanAsync(HttpContext context, BannedUsers banned, ReservedNames reserved)
    {
        await banned.BanAsync(context.UserOf(reserved));
        return Results.NoContent();
    }

    private static async Task<IResult> UnbanAsync(HttpContext context, BannedUsers banned, ReservedNames reserved)
    {
        await banned.UnbanAsync(context.UserOf(reserved));
        return Results.NoContent();
    }
}
