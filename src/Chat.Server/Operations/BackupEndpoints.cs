using Chat.Protocol;
using Chat.Server.Log;
using Chat.Server.Push;

namespace Chat.Server.Operations;

/// <summary><c>/api/v1/backup</c>: copies of the log, made while the server runs.</summary>
internal static class BackupEndpoints
{
    public static void MapBackup(this IEndpointRouteBuilder api)
    {
        api.MapPost("/backup", Start).Needs(ApiScope.Admin).WithName("StartBackup")
            .WithSummary("Begins to copy the message log to a file beside it. The copy holds everything that was answered before this call.")
            .Produces<BackupAnswer>(StatusCodes.Status202Accepted);
        api.MapGet("/backup", (IBackupLog log) => Answer(log, StatusCodes.Status200OK)).Needs(ApiScope.Admin).WithName("GetBackup")
            .WithSummary("How the newest backup since the server's start is doing.").Produces<BackupAnswer>();
    }

    private static IResult Start(IBackupLog log) => log.TryStartBackup()
        ? Answer(log, StatusCodes.Status202Accepted)
        : throw new ChatException(ChatError.RateLimited, "A backup is running, and another can begin once it has ended: GET /api/v1/backup tells.");

    private static IResult Answer(IBackupLog log, int status) => Results.Json(log.NewestBackup, HttpJson.Contracts.BackupAnswer, statusCode: status);
}
