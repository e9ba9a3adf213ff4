using Chat.Server;

namespace Chat.Hosting;

/// <summary>Ends the process with its own exit code when the server has failed.</summary>
internal static class FailureExit
{
    /// <summary>EX_SOFTWARE of sysexits.h: a supervisor may start the server again at once.</summary>
    public const int Code = 70;

    // Shorter than 5 s in all, and long enough for the connections to close.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(4);

    /// <summary>Ends the process after 4 s even if a hosted service does not stop.</summary>
    /// <returns>The process's exit code if the host stops in time.</returns>
    public static Func<int> Watch(ChatServer server)
    {
        Timer? limit = null;
        server.Failed.Register(() => limit = new Timer(_ => Environment.Exit(Code), null, Limit, Timeout.InfiniteTimeSpan));
        return () =>
        {
            GC.KeepAlive(limit);
            if (server.Failure is not { } reason)
                return 0;
            Console.Error.WriteLine($"The message log failed: {reason.Message}");
            return Code;
        };
    }
}
