using Chat.LoadTests.Generator;
using Chat.LoadTests.Native;
using Chat.LoadTests.Results;
using Chat.LoadTests.Servers;

namespace Chat.LoadTests.Scenarios;

/// <summary>One round of a scenario against one server.</summary>
internal sealed class Trial(MeasuredServer server, LabOptions options)
{
    private readonly List<CaseResult> cases = [];
    private RunningServer? last;

    public MeasuredServer Server { get; } = server;

    public LabOptions Options { get; } = options;

    public IReadOnlyList<CaseResult> Cases => cases;

    /// <summary>The disk's figures; null if the server does not wait for the disk.</summary>
    public (double Median, double P99)? Sync { get; private set; }

    /// <summary>The last lines that the server printed.</summary>
    public string ServerOutput => last?.Output ?? "";

    /// <summary>Starts the server on an empty database.</summary>
    /// <param name="onBothCores">Whether it shares the generator's core.</param>
    public RunningServer Start(bool onBothCores = false)
    {
        var running = new RunningServer(Server, onBothCores ? Cores.Both : $"{Cores.Server}");
        last = running;
        if (Server.IsDurable)
            Sync = SyncProbe.Measure(running.Folder, Options.SyncWrites);
        return running;
    }

    public LoadGenerator Connect(RunningServer running, int connections, string? joins = null)
    {
        var generator = new LoadGenerator(Server.Protocol(joins), running.Port);
        generator.Connect(connections);
        generator.RunFor(Options.Settle);
        return generator;
    }

    /// <summary>Gives each connection a message to the one half the number of connections away.</summary>
    public void MakePairs(LoadGenerator generator)
    {
        var content = Stamp.Content(Options.Size);
        foreach (var connection in generator.Connections)
        {
            var partner = generator.Connections[(connection.Id + (generator.Connections.Count / 2)) % generator.Connections.Count];
            connection.Message = Server.Protocol(null).MessageTo(connection, partner.User, content);
        }
    }

    public void Add(CaseResult result) => cases.Add(result);
}
