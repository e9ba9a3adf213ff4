using System.Globalization;
using Chat.Server.Operations;
using Microsoft.Extensions.Options;

namespace Chat.Server.Admission.Sockets;

/// <summary>Limits TCP sockets so that some open files stay free: the runtime ends the process when it cannot open one.</summary>
internal sealed partial class OpenFiles(IOptions<LimitsOptions> limits, ChatMetrics metrics, ILogger<OpenFiles> logger)
{
    // A server without connections has about 300 open files: libraries, the log, the runtime. The rest is for more of these and for closing sockets.
    private const int Reserve = 512;

    private readonly int? files = Limit();
    private int sockets;

    private int MostSockets => files is { } limit ? Math.Max(1, limit - Reserve - (limit / 8)) : int.MaxValue;

    /// <summary>Logs a warning when the open-file limit allows fewer connections than the settings.</summary>
    public void WarnOfTooFew()
    {
        if (files is { } limit && limits.Value.ConnectionsPerNode is var wanted && (wanted == 0 || wanted > MostSockets))
            LogTooFew(logger, limit, MostSockets, wanted);
    }

    /// <summary>Counts a socket; false when it is over the limit.</summary>
    public bool TryTake()
    {
        if (Interlocked.Increment(ref sockets) <= MostSockets)
            return true;
        GiveBack();
        metrics.CountEndedSocket("files");
        return false;
    }

    /// <summary>Counts a socket as closed.</summary>
    public void GiveBack() => Interlocked.Decrement(ref sockets);

    /// <summary>Returns the process's limit of open files; null if there is none or it is unknown.</summary>
    private static int? Limit()
    {
        const string path = "/proc/self/limits";
        if (!File.Exists(path))
            return null;
        // "Max open files            1024                 524288               files": the first number is in force.
        var line = File.ReadLines(path).FirstOrDefault(line => line.StartsWith("Max open files", StringComparison.Ordinal));
        return int.TryParse(line?.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3], NumberStyles.None, null, out var files) ? files : null;
    }

    [LoggerMessage(1, LogLevel.Warning,
        "The open-file limit {Files} allows {Connections} connections; Chat:Limits:ConnectionsPerNode is {Wanted} (0: no limit). "
        + "Raise the open-file limit (LimitNOFILE, ulimit -n) or lower the setting.")]
    private static partial void LogTooFew(ILogger logger, int files, int connections, int wanted);
}
