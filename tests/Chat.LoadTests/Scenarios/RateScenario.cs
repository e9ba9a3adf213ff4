using System.Globalization;
using Chat.LoadTests.Generator;
using Chat.LoadTests.Native;
using Chat.LoadTests.Servers;

namespace Chat.LoadTests.Scenarios;

/// <summary>Open loop: messages between pairs are due at fixed times. Latency counts from the time a message was due, so that a server that stalls
/// cannot hide it (no coordinated omission). Each rate follows the one before, on one warm server.</summary>
internal sealed class RateScenario : Scenario
{
    // A server that fell behind gets this long to catch up before the next rate.
    private const double CatchUpLimit = 30;

    public override string Name => "rate";

    public override bool Supports(MeasuredServer server) => true;

    public override double Estimate(LabOptions options) => options.ConnectSeconds + options.Settle + options.Warm + (options.Rates.Count * (options.Settle + options.Seconds));

    public override void Run(Trial trial)
    {
        using var server = trial.Start();
        using var generator = trial.Connect(server, trial.Options.Connections);
        trial.MakePairs(generator);
        generator.Senders = generator.Connections.Count;
        Begin(generator, trial.Options.Rates[0]);
        generator.RunFor(trial.Options.Warm);
        foreach (var rate in trial.Options.Rates)
        {
            generator.Schedule = null;
            var measures = generator.Measures;
            generator.RunUntil(() => measures.Sent == measures.Delivered + measures.Refused, CatchUpLimit);
            Begin(generator, rate);
            generator.RunFor(trial.Options.Settle);
            trial.Add(Window.Measure(CaseOf(rate), generator, server, trial.Options.Seconds));
        }
    }

    public static string CaseOf(int rate) => string.Create(CultureInfo.InvariantCulture, $"rate-{rate}");

    private static void Begin(LoadGenerator generator, int rate) => generator.Schedule = new Schedule(Clock.Now, rate);
}
