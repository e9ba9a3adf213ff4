using Chat.LoadTests.Native;

namespace Chat.LoadTests;

/// <summary>The sizes of a run. Times are in seconds.</summary>
internal sealed record LabOptions
{
    public IReadOnlyList<string> Servers { get; init; } = [];

    public IReadOnlyList<string> Scenarios { get; init; } = [];

    public int Rounds { get; init; } = 3;

    /// <summary>Load before a measurement. The just-in-time compiler works for most of the first minute.</summary>
    public double Warm { get; init; } = 60;

    /// <summary>The length of a measurement.</summary>
    public double Seconds { get; init; } = 10;

    /// <summary>A pause after connecting, and between the loads of one round.</summary>
    public double Settle { get; init; } = 2;

    /// <summary>Writes of the disk's probe.</summary>
    public int SyncWrites { get; init; } = SyncProbe.Writes;

    public int Connections { get; init; } = 1_000;

    /// <summary>The time in which the connections become ready: the slowest server accepts a thousand a second.</summary>
    public double ConnectSeconds => ConnectSecondsOf(Connections);

    /// <summary>Bytes of a content.</summary>
    public int Size { get; init; } = 64;

    /// <summary>Messages a second of the open loop.</summary>
    public IReadOnlyList<int> Rates { get; init; } = [1_000, 3_000, 5_000];

    public IReadOnlyList<int> IdleConnections { get; init; } = [1_000, 5_000, 15_000];

    public int StormClients { get; init; } = 10_000;

    public IReadOnlyList<int> GrowthConnections { get; init; } = [100, 1_000, 5_000, 15_000];

    /// <summary>Stored messages. Ten millions take minutes to fill, so they are measured only on request.</summary>
    public IReadOnlyList<int> GrowthStored { get; init; } = [10_000, 100_000, 1_000_000];

    /// <summary>Whether the run is a quick check that everything works.</summary>
    public bool IsSmoke { get; init; }

    /// <summary>Whether the run makes the table of bars.</summary>
    public bool IsBars { get; init; }

    public string ResultsFile { get; init; } = "";

    public string OutputFolder { get; init; } = "";

    /// <summary>Everything that must be equal in rounds that are compared.</summary>
    public string Fingerprint => FormattableString.Invariant($"warm={Warm} seconds={Seconds} connections={Connections} size={Size}");

    public static double ConnectSecondsOf(int connections) => connections / 1_000.0;

    /// <summary>The sizes of a quick check.</summary>
    public LabOptions Smoke() => this with
    {
        IsSmoke = true,
        Rounds = 1,
        Warm = 0.2,
        Seconds = 0.5,
        Settle = 0.1,
        SyncWrites = 20,
        Connections = 40,
        Rates = [200],
        IdleConnections = [50],
        StormClients = 50,
        GrowthConnections = [20, 40],
        GrowthStored = [2_000],
    };
}
