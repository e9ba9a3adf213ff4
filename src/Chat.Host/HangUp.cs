using System.Runtime.InteropServices;

namespace Chat.Hosting;

/// <summary>Stops the server on SIGHUP as on SIGTERM: a terminal sends SIGHUP when it is closed.</summary>
internal static class HangUp
{
    /// <remarks>A process that is started with SIGHUP ignored (<c>nohup</c>) keeps ignoring it: the runtime then sets no handler.</remarks>
    public static IDisposable Stops(IHostApplicationLifetime lifetime) => PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
    {
        signal.Cancel = true; // or the runtime ends the process
        lifetime.StopApplication();
    });
}
