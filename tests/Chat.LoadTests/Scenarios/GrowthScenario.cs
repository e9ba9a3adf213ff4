using System.Globalization;
using Chat.LoadTests.Generator;
using Chat.LoadTests.Native;
using Chat.LoadTests.Results;
using Chat.LoadTests.Servers;

namespace Chat.LoadTests.Scenarios;

/// <summary>The cost of a message with more and more connections, and with more and more stored messages. A constant number of messages is on its way,
/// so that each point has the same batches.</summary>
internal sealed class GrowthScenario : Scenario
{
    private const int InFlight = 100;
    private const int WarmRate = 1_000;

    // Messages a second that fill the log.
    private const double FillRate = 40_000;

    public override string Name => "growth";

    public override bool Supports(MeasuredServer server) => !server.IsVariant && server.Program is ServerProgram.Chat or ServerProgram.SignalR or ServerProgram.Relay;

    public override double Estimate(LabOptions options) =>
        options.Warm + LabOptions.ConnectSecondsOf(options.GrowthConnections.Max()) + (options.GrowthConnections.Count * ((2 * options.Settle) + options.Seconds))
        + options.Warm + (options.GrowthStored.Max() / FillRate) + (options.GrowthStored.Count * ((2 * options.Settle) + options.Seconds));

    public override void Run(Trial trial)
    {
        MeasureConnections(trial);
        if (trial.Server.IsChat)
            MeasureStored(trial);
    }

    public static string ConnectionsCase(int connections) => string.Create(CultureInfo.InvariantCulture, $"growth-connections-{connections}");

    public static string StoredCase(int messages) => string.Create(CultureInfo.InvariantCulture, $"growth-stored-{messages}");

    private static void MeasureConnections(Trial trial)
    {
        var isWarm = false;
        using var server = trial.Start();
        using var generator = new LoadGenerator(trial.Server.Protocol(null), server.Port);
        foreach (var connections in trial.Options.GrowthConnections.Order())
        {
            generator.Connect(connections);
            generator.RunFor(trial.Options.Settle);
            trial.MakePairs(generator);
            RoundRobinLoop.Start(generator, InFlight);
            generator.RunFor(isWarm ? trial.Options.Settle : trial.Options.Warm);
            isWarm = true;
            trial.Add(Window.Measure(ConnectionsCase(connections), generator, server, trial.Options.Seconds));
            Rest(trial, generator);
        }
    }

    private static void MeasureStored(Trial trial)
    {
        using var server = trial.Start();
        using var generator = trial.Connect(server, trial.Options.Connections);
        trial.MakePairs(generator);
        WarmSparingly(trial, generator);
        // Filled messages arrive at the connections too, but before the measurement.
        var filled = 0L;
        foreach (var target in trial.Options.GrowthStored.Order())
        {
            var missing = Math.Max(0, target - filled - generator.Measures.Sent);
            Fill(trial, server, generator, missing);
            filled += missing;
            RoundRobinLoop.Start(generator, InFlight);
            generator.RunFor(trial.Options.Settle);
            var stored = filled + generator.Measures.Sent;
            var result = Window.Measure(StoredCase(target), generator, server, trial.Options.Seconds);
            result.Figures[Figure.Stored] = stored;
            result.Figures.Remove(Figure.Waiting);
            trial.Add(result);
            Rest(trial, generator);
        }
    }

    // Warming at full speed would store a million messages before the first point.
    private static void WarmSparingly(Trial trial, LoadGenerator generator)
    {
        generator.Senders = generator.Connections.Count;
        generator.Schedule = new Schedule(Clock.Now, WarmRate);
        generator.RunFor(trial.Options.Warm);
        generator.Schedule = null;
        Rest(trial, generator);
    }

    private static void Fill(Trial trial, RunningServer server, LoadGenerator generator, long messages)
    {
        var filling = Task.Run(() => LogFiller.Fill(server.Port, trial.Options.Connections, messages, trial.Options.Size, _ => 0));
        while (!filling.IsCompleted)
            generator.RunFor(0.01);
        filling.GetAwaiter().GetResult();
        generator.RunFor(trial.Options.Settle);
    }

    private static void Rest(Trial trial, LoadGenerator generator)
    {
        generator.Traffic = null;
        generator.RunFor(trial.Options.Settle);
    }
}
