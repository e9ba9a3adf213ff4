using Chat.LoadTests.Servers;

namespace Chat.LoadTests.Scenarios;

/// <summary>A load and what is measured under it. A round of it runs against one server that was just started.</summary>
internal abstract class Scenario
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new PairsScenario(), new RateScenario(), new FanOutScenario(), new IdleScenario(), new StormScenario(), new StalledScenario(), new TopicsScenario(),
        new PipelineScenario(), new OverloadScenario(), new GrowthScenario(),
    ];

    /// <summary>The name in arguments and tables.</summary>
    public abstract string Name { get; }

    /// <summary>Whether a server can be measured under this load.</summary>
    public abstract bool Supports(MeasuredServer server);

    /// <summary>Whether a quick check runs the server: every server with each protocol of its clients, and this server under every load.</summary>
    public bool IsInSmoke(MeasuredServer server) => this switch
    {
        PairsScenario => true,
        FanOutScenario => !server.IsVariant,
        _ => server.IsChat && !server.IsVariant,
    };

    /// <summary>Returns the seconds of a round, without the server's start.</summary>
    public abstract double Estimate(LabOptions options);

    public abstract void Run(Trial trial);
}
