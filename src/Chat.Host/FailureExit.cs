using Chat.Server;

namespace Chat.Hosting;

/// <summary>Gives the process its own exit code when the server has failed.</summary>
internal static class FailureExit
{
    /// <summary>EX_SOFTWARE of sysexits.h: a supervisor may start the server again at once.</summary>
    public const int Code = 70;

    // Shorter than 5 s in all, and long enough for the connections to close.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(4);

    /// <summary>Runs the program until it stops. After a failure the process ends within 4 s, even if a part of the application hangs.</summary>
    /// <returns>The process's exit code.</returns>
    public static async Task<int> RunAsync(WebApplication app)
    {
        var server = app.Services.GetRequiredService<ChatServer>();
        Timer? limit = null;
        // Not a callback of the token: callbacks run one after the other, and one of them may hang.
        var watch = ThreadPool.RegisterWaitForSingleObject(
            server.Failed.WaitHandle, (_, _) => limit = new Timer(_ => Environment.Exit(Report(server)), null, Limit, Timeout.InfiniteTimeSpan), null,
            Timeout.Infinite, executeOnlyOnce: true);
        try
        {
            await app.RunAsync();
        }
        catch (Exception) when (server.Failure is not null)
        {
            // A part of the application did not start or stop in order. The failure is the reason to report.
        }
        finally
        {
            watch.Unregister(null);
            GC.KeepAlive(limit);
        }
        return server.Failure is null ? 0 : Report(server);
    }

    private static int Report(ChatServer server)
    {
        Console.Error.WriteLine($"The message log failed: {server.Failure!.Message}");
        return Code;
    }
}
