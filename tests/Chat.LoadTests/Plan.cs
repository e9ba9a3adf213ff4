using Chat.LoadTests.Results;
using Chat.LoadTests.Scenarios;
using Chat.LoadTests.Servers;

namespace Chat.LoadTests;

/// <summary>The rounds of a run in their order: of each scenario all servers in turn, round by round.</summary>
internal sealed class Plan
{
    // Starting a server and ending it, and the disk's probe.
    private const double StartSeconds = 1.5;

    private readonly LabOptions options;

    public Plan(LabOptions options, ResultsFile results)
    {
        this.options = options;
        var all =
            from scenario in Scenario.All
            where Includes(options.Scenarios, scenario.Name) && (!options.IsBars || Bars.Plan.ContainsKey(scenario.Name))
            from round in Enumerable.Range(1, options.Rounds)
            from server in ServersOf(scenario)
            select new PlannedRound(scenario, server, round);
        Rounds = [.. all];
        Missing = [.. Rounds.Where(round => !results.Has(round.Scenario.Name, round.Server.Name, round.Round, options.Fingerprint))];
    }

    public IReadOnlyList<PlannedRound> Rounds { get; }

    /// <summary>The rounds that the results file does not have.</summary>
    public IReadOnlyList<PlannedRound> Missing { get; }

    /// <summary>Returns the time that rounds will take.</summary>
    public TimeSpan Estimate(IEnumerable<PlannedRound> rounds) => TimeSpan.FromSeconds(rounds.Sum(round => StartSeconds + round.Scenario.Estimate(options)));

    private IEnumerable<MeasuredServer> ServersOf(Scenario scenario) => options.IsBars
        ? Bars.Plan[scenario.Name].Where(name => Includes(options.Servers, name)).Select(name => MeasuredServer.All.Single(server => server.Name == name))
        : MeasuredServer.All.Where(server => Includes(options.Servers, server.Name) && scenario.Supports(server) && (!options.IsSmoke || scenario.IsInSmoke(server)));

    // An empty list is no choice.
    private static bool Includes(IReadOnlyList<string> chosen, string name) => chosen.Count == 0 || chosen.Contains(name);
}

internal sealed record PlannedRound(Scenario Scenario, MeasuredServer Server, int Round);
