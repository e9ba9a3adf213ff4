using Chat.LoadTests.Servers;

namespace Chat.LoadTests.Scenarios;

/// <summary>One sender pipelines many messages to one recipient.</summary>
internal sealed class PipelineScenario : Scenario
{
    private const int InFlight = 1_000;

    public override string Name => "pipeline";

    public override bool Supports(MeasuredServer server) => !server.IsVariant;

    public override double Estimate(LabOptions options) => options.Settle + options.Warm + options.Seconds;

    public override void Run(Trial trial)
    {
        using var server = trial.Start();
        using var generator = trial.Connect(server, 2);
        trial.MakePairs(generator);
        new SenderLoop(sender: 0, observer: 1).Start(generator, InFlight);
        generator.RunFor(trial.Options.Warm);
        trial.Add(Window.Measure(Name, generator, server, trial.Options.Seconds));
    }
}
