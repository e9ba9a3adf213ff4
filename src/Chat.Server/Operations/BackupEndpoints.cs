using Chat.Protocol;
using Chat.Server.Log;
using Chat.Server.Push;

namespace Chat.Server.Operations;

/// <summary><c>/api/v1/backup</c>: copies the log while the server runs.</summary>
internal static class BackupEndpoints
{
    public static void MapBackup(this IEndpointRouteBuilder api)
    {
        api.MapPost("/backup", Start).Needs(ApiScope.Admin).Named("StartBackup")
            .WithSummary("Starts to copy the message log to a file beside it. The copy holds everything that was answered before this call.")
            .Produces<BackupAnswer>(StatusCodes.Status202Accepted);
        api.MapGet("/backup", (IBackupLog log) => Answer(log, StatusCodes.Status200OK)).Needs(ApiScope.Admin).Named("GetBackup")
            .WithSummary("Returns the state of the newest backup since the server's start.").Produces<BackupAnswer>();
    }

    private static IResult Start(IBackupLog log) => log.TryStartBackup()
        ? Answer(log, StatusCodes.Status202Accepted)
        : throw new ChatException(ChatError.RateLimited, "A backup is running. Start another when GET /api/v1/backup shows that it has ended.");

    private static IResult Answer(IBackupLog log, int status) => Results.Json(log.NewestBackup, HttpJson.Contracts.BackupAnswer, statusCode: status);
}
