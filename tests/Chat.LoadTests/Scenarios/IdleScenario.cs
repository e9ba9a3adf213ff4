using System.Globalization;
using Chat.LoadTests.Generator;
using Chat.LoadTests.Results;
using Chat.LoadTests.Servers;

namespace Chat.LoadTests.Scenarios;

/// <summary>Connections that register and then send nothing: memory a connection, and processor time over a quiet time.</summary>
internal sealed class IdleScenario : Scenario
{
    public override string Name => "idle";

    public override bool Supports(MeasuredServer server) => !server.IsVariant;

    public override double Estimate(LabOptions options) =>
        options.Settle + LabOptions.ConnectSecondsOf(options.IdleConnections.Max()) + (options.IdleConnections.Count * (Quiet(options) + options.Seconds));

    public override void Run(Trial trial)
    {
        using var server = trial.Start();
        using var generator = new LoadGenerator(trial.Server.Protocol(null), server.Port);
        generator.RunFor(trial.Options.Settle);
        var before = server.MemoryBytes;
        foreach (var connections in trial.Options.IdleConnections.Order())
        {
            generator.Connect(connections);
            generator.RunFor(Quiet(trial.Options));
            var result = Window.Measure(CaseOf(connections), generator, server, trial.Options.Seconds);
            result.Figures[Figure.KilobytesPerConnection] = (server.MemoryBytes - before) / 1024.0 / connections;
            result.Figures[Figure.Ready] = generator.Ready;
            trial.Add(result);
        }
    }

    public static string CaseOf(int connections) => string.Create(CultureInfo.InvariantCulture, $"idle-{connections}");

    // The work of connecting ends before the quiet time is measured.
    private static double Quiet(LabOptions options) => 2.5 * options.Settle;
}
