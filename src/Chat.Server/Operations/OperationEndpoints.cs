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
        api.MapForms(HttpMethods.Delete, "/users/{user}/connections", "/connections", "CloseConnections", CloseAsync, endpoint => endpoint.Needs(ApiScope.Admin)
            .WithSummary("Ends the user's connections, and tells their clients not to reconnect by themselves.").Produces<ClosedAnswer>().Refuses(400));
        api.MapForms(HttpMethods.Put, "/bans/{user}", "/bans", "Ban", BanAsync, endpoint => endpoint.Needs(ApiScope.Admin)
            .WithSummary("Bans the user: ends its connections, and refuses new ones and messages to and from it.").Produces(204).Refuses(400));
        api.MapForms(HttpMethods.Delete, "/bans/{user}", "/bans", "Unban", UnbanAsync, endpoint => endpoint.Needs(ApiScope.Admin)
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
