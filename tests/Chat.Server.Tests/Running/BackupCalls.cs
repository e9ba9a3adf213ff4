using System.Net.Http.Json;
using Chat.Protocol;

namespace Chat.Server.Tests.Running;

/// <summary>The backup calls of an operator.</summary>
internal static class BackupCalls
{
    private static readonly Uri Path = new("/api/v1/backup", UriKind.Relative);

    public static Task<HttpResponseMessage> StartBackupAsync(this HttpClient http) => http.PostAsync(Path, null);

    public static async Task<BackupAnswer> BackupAsync(this HttpClient http) => (await http.GetFromJsonAsync(Path, ChatJson.Default.BackupAnswer))!;

    /// <summary>Waits until the newest backup is done.</summary>
    public static async Task<BackupAnswer> BackupDoneAsync(this HttpClient http)
    {
        var answer = await http.BackupAsync();
        await Wait.UntilAsync(async () => (answer = await http.BackupAsync()).State != BackupState.Running, "The end of the backup");
        answer.State.Should().Be(BackupState.Done, because: answer.Error);
        return answer;
    }
}
