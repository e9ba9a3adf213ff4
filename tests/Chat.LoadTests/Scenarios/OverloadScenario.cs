using Chat.LoadTests.Generator;
using Chat.LoadTests.Native;
using Chat.LoadTests.Results;
using Chat.LoadTests.Servers;

namespace Chat.LoadTests.Scenarios;

/// <summary>Twice the messages that the server can take: it refuses the rest, and neither its memory nor the latency of what it accepts grows without
/// limit. The capacity is what a closed loop reaches just before.</summary>
internal sealed class OverloadScenario : Scenario
{
    private const double Samples = 20;

    public override string Name => "overload";

    public override bool Supports(MeasuredServer server) => server is { IsChat: true, IsVariant: false };

    public override double Estimate(LabOptions options) => options.ConnectSeconds + (2 * options.Settle) + options.Warm + (3 * options.Seconds);

    public override void Run(Trial trial)
    {
        using var server = trial.Start();
        using var generator = trial.Connect(server, trial.Options.Connections);
        generator.AllowsClose = true;
        trial.MakePairs(generator);
        PairLoop.Start(generator);
        generator.RunFor(trial.Options.Warm);
        var capacity = Window.Measure("capacity", generator, server, trial.Options.Seconds).Figures[Figure.Delivered];

        generator.Traffic = null;
        generator.RunFor(trial.Options.Settle);
        generator.Senders = generator.Connections.Count;
        generator.Schedule = new Schedule(Clock.Now, 2 * capacity);
        var memory = new List<double>();
        var result = Window.Measure(Name, generator, server, () =>
        {
            for (var i = 0; i < Samples; i++)
            {
                generator.RunFor(2 * trial.Options.Seconds / Samples);
                memory.Add(server.MemoryBytes / (1024.0 * 1024));
            }
        });
        result.Figures[Figure.Capacity] = capacity;
        result.Figures[Figure.Offered] = 2 * capacity;
        result.Figures[Figure.MemoryGrowth] = memory[^1] - memory[memory.Count / 2];
        trial.Add(result with { Memory = memory });
    }
}
