using System.Globalization;
using Chat.LoadTests.Scenarios;

namespace Chat.LoadTests;

/// <summary>The machine's limits that many connections meet. The generator and each server have one file a connection; the generator has one local port
/// a connection, too.</summary>
internal static class Limits
{
    // Files of the runtime, the log and the listener.
    private const int OtherFiles = 300;

    /// <summary>Throws if the machine does not allow the connections of a plan.</summary>
    public static void Check(LabOptions options, IReadOnlyList<PlannedRound> rounds)
    {
        var connections = rounds.Select(round => ConnectionsOf(round.Scenario, options)).DefaultIfEmpty().Max();
        if (MaxFiles() < connections + OtherFiles)
            throw new InvalidOperationException(
                $"The open-file limit {MaxFiles()} allows fewer than the {connections} connections of the plan. Raise it (ulimit -n), or choose fewer.");
        if (LocalPorts() < connections)
            throw new InvalidOperationException(
                $"The {LocalPorts()} local ports allow fewer than the {connections} connections of the plan. Widen net.ipv4.ip_local_port_range, or choose fewer.");
    }

    private static int ConnectionsOf(Scenario scenario, LabOptions options) => scenario switch
    {
        IdleScenario => options.IdleConnections.Max(),
        GrowthScenario => Math.Max(options.Connections, options.GrowthConnections.Max()),
        StormScenario => options.StormClients,
        _ => options.Connections,
    };

    // .NET raises the soft limit to the hard one. A line of the file: "Max open files", the soft limit, the hard limit, "files".
    private static long MaxFiles()
    {
        var line = File.ReadLines("/proc/self/limits").Single(line => line.StartsWith("Max open files", StringComparison.Ordinal));
        return long.TryParse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3], CultureInfo.InvariantCulture, out var limit) ? limit : long.MaxValue;
    }

    private static int LocalPorts()
    {
        var range = File.ReadAllText("/proc/sys/net/ipv4/ip_local_port_range").Split('\t').Select(port => int.Parse(port, CultureInfo.InvariantCulture)).ToArray();
        return range[1] - range[0] + 1;
    }
}
