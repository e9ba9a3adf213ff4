using System.Runtime.InteropServices;

namespace Chat.Hosting;

/// <summary>Stops the server on SIGHUP as on SIGTERM: a terminal sends it when it is closed.</summary>
internal static class HangUp
{
    /// <remarks>A process that was started with SIGHUP ignored (<c>nohup</c>) goes on ignoring it: the runtime sets no handler then.</remarks>
    public static IDisposable Stops(IHostApplicationLifetime lifetime) => PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
    {
        signal.Cancel = true; // or the runtime ends the process
        lifetime.StopApplication();
    });
}
