using Chat.LoadTests.Generator;
using Chat.LoadTests.Native;
using Chat.LoadTests.Protocols;
using Chat.LoadTests.Results;
using Chat.LoadTests.Servers;

namespace Chat.LoadTests.Scenarios;

/// <summary>Recovery: the server is killed and started again, and all clients return at once with their positions. Ten messages wait for each. Server
/// and clients share both cores.</summary>
internal sealed class StormScenario : Scenario
{
    private const int Waiting = 10;
    private const double Limit = 180;

    public override string Name => "storm";

    public override bool Supports(MeasuredServer server) => server is { IsChat: true, IsVariant: false };

    public override double Estimate(LabOptions options) => 4 + (options.StormClients / 300.0);

    public override void Run(Trial trial)
    {
        var clients = trial.Options.StormClients;
        using var server = trial.Start(onBothCores: true);
        // The first message has the number 0; those that wait have 1 to 10.
        LogFiller.Fill(server.Port, clients, clients, trial.Options.Size, _ => 0);
        var position = GetFirst(trial, server);
        LogFiller.Fill(server.Port, clients, (long)clients * Waiting, trial.Options.Size, round => round + 1);

        var killed = Clock.Now;
        server.Kill();
        server.Start();
        var started = Clock.Now;
        using var generator = new LoadGenerator(Protocol(trial.Server, position), server.Port) { Traffic = new Tally() };
        var result = Window.Measure(Name, generator, server, () =>
        {
            generator.Connect(clients, atOnce: clients, limitSeconds: Limit);
            if (!generator.RunUntil(() => generator.Connections.All(connection => connection.Mark == (1 << Waiting) - 1), Limit))
                throw new TimeoutException($"Not all clients had their messages after {Limit} s.");
        });
        result.Figures[Figure.StartSeconds] = (started - killed) / 1e9;
        result.Figures[Figure.RecoverySeconds] = (Clock.Now - started) / 1e9;
        result.Figures.Remove(Figure.Waiting);
        // The clients share the server's cores here: they are part of what is measured.
        trial.Add(result with { IsGeneratorBound = false });
    }

    // All clients receive their first message, and confirm it or keep its position, which is returned.
    private static string? GetFirst(Trial trial, RunningServer server)
    {
        var protocol = Protocol(trial.Server, null);
        using var generator = new LoadGenerator(protocol, server.Port);
        generator.Connect(trial.Options.StormClients);
        if (!generator.RunUntil(() => generator.Measures.Delivered >= trial.Options.StormClients, Limit))
            throw new TimeoutException($"Not all clients had their first message after {Limit} s.");
        // Pings, and with them confirmations, are a second apart.
        generator.RunFor(3);
        return (protocol as ResumingHubProtocol)?.Head;
    }

    private static Protocol Protocol(MeasuredServer server, string? position) => server.IsRaw ? server.Protocol(null) : new ResumingHubProtocol(position);

    // Raw clients may get a message twice: each number counts once.
    private sealed class Tally : ITraffic
    {
        public void OnArrival(LoadGenerator generator, Connection connection, long stamp)
        {
            if (stamp is > 0 and <= Waiting)
                connection.Mark |= 1L << (int)(stamp - 1);
        }
    }
}
