using Chat.LoadTests.Servers;

namespace Chat.LoadTests.Scenarios;

/// <summary>Closed loop: connection i sends to connection i + N/2, one message each on its way.</summary>
internal sealed class PairsScenario : Scenario
{
    public override string Name => "pairs";

    public override bool Supports(MeasuredServer server) => true;

    public override double Estimate(LabOptions options) => options.ConnectSeconds + options.Settle + options.Warm + options.Seconds;

    public override void Run(Trial trial)
    {
        using var server = trial.Start();
        using var generator = trial.Connect(server, trial.Options.Connections);
        trial.MakePairs(generator);
        PairLoop.Start(generator);
        generator.RunFor(trial.Options.Warm);
        using var allocations = new Allocations(trial.Server, server);
        var result = Window.Measure(Name, generator, server, trial.Options.Seconds);
        allocations.AddTo(result);
        trial.Add(result);
    }
}
