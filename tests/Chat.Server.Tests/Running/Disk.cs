using System.Diagnostics;

namespace Chat.Server.Tests.Running;

/// <summary>The disk of a server process.</summary>
internal static class Disk
{
    private const int MaxSends = 100_000;

    /// <summary>Makes every fsync of the process fail, and sends until a send gets no answer.</summary>
    /// <param name="send">Sends one message.</param>
    /// <returns>The number of messages that were answered with a receipt.</returns>
    public static async Task<int> FailUntilAsync(ServerProcess server, Func<Task> send)
    {
        using var strace = Process.Start(new ProcessStartInfo("strace",
            ["-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:error=EIO", "-p", $"{server.Id}"]))!;
        // Sends succeed until the tracer is attached.
        for (var stored = 0; stored < MaxSends; stored++)
            try
            {
                await send();
            }
            catch (Exception e) when (e is not Microsoft.AspNetCore.SignalR.HubException)
            {
                await Wait.ForAsync(server.WaitForExitAsync(), "The end of the server", () => server.Output);
                await strace.WaitForExitAsync();
                return stored;
            }
        throw new InvalidOperationException("Every send was answered.");
    }
}
