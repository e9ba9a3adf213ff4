using System.Globalization;
using Chat.Server.Operations;
using Microsoft.Extensions.Options;

namespace Chat.Server.Admission.Sockets;

/// <summary>Keeps sockets from taking the last of the files that the system lets the process open: without one, the runtime ends the process.</summary>
internal sealed partial class OpenFiles(IOptions<LimitsOptions> limits, ChatMetrics metrics, ILogger<OpenFiles> logger)
{
    // A server without connections has 300 open: for libraries, the log and the runtime. The rest is for more of those, and for sockets that are being closed.
    private const int Reserve = 512;

    private readonly int? room = Limit() is { } files ? Math.Max(1, files - Reserve - (files / 8)) : null;
    private int sockets;

    /// <summary>Says so, when there is not room for all connections that the settings let in.</summary>
    public void WarnOfTooFew()
    {
        if (room is { } most && limits.Value.ConnectionsPerNode is var wanted && (wanted == 0 || wanted > most))
            LogTooFew(logger, most);
    }

    /// <summary>Counts a socket; false when there is no room for it.</summary>
    public bool TryTake()
    {
        if (Interlocked.Increment(ref sockets) <= (room ?? int.MaxValue))
            return true;
        GiveBack();
        metrics.SocketEnded("files");
        return false;
    }

    /// <summary>A socket that was counted is closed.</summary>
    public void GiveBack() => Interlocked.Decrement(ref sockets);

    /// <summary>How many files the process may have open; null where there is no such limit, or it cannot be found out.</summary>
    private static int? Limit()
    {
        const string path = "/proc/self/limits";
        if (!File.Exists(path))
            return null;
        // "Max open files            1024                 524288               files": the first is in force.
        var line = File.ReadLines(path).FirstOrDefault(line => line.StartsWith("Max open files", StringComparison.Ordinal));
        return int.TryParse(line?.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3], NumberStyles.None, null, out var files) ? files : null;
    }

    [LoggerMessage(1, LogLevel.Warning,
        "The system lets the server open so few files that there is room for {Connections} connections, and not for all that Chat:Limits:ConnectionsPerNode lets in. "
        + "Raise the limit (ulimit -n, LimitNOFILE), or lower the setting.")]
    private static partial void LogTooFew(ILogger logger, int connections);
}
