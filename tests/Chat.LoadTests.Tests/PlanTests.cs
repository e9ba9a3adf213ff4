using Chat.LoadTests.Results;

namespace Chat.LoadTests.Tests;

public sealed class PlanTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("chat-load-").FullName;
    private readonly ResultsFile results;

    public PlanTests() => results = new ResultsFile(Path.Combine(folder, "results.jsonl"));

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Rounds_RunInTurn()
    {
        var plan = Plan("compare", "--servers", "signalr,relay", "--scenarios", "pairs", "--rounds", "2");

        plan.Rounds.Select(round => (round.Round, round.Server.Name)).Should().Equal((1, "signalr"), (1, "relay"), (2, "signalr"), (2, "relay"));
    }

    [Fact]
    public void FinishedRound_IsNotPlannedAgain()
    {
        var options = CommandLine.Parse(["compare", "--servers", "signalr,relay", "--scenarios", "pairs", "--rounds", "1", "--out", folder]);
        results.Append(Rounds.Of("pairs", "signalr", 1, 10) with { Fingerprint = options.Fingerprint });

        new Plan(options, results).Missing.Select(round => round.Server.Name).Should().Equal("relay");
    }

    [Fact]
    public void TableOfBars_TakesAtMost90Minutes()
    {
        var plan = Plan("compare", "--bars");

        plan.Estimate(plan.Rounds).Should().BeLessThanOrEqualTo(TimeSpan.FromMinutes(90));
    }

    [Fact]
    public void Smoke_HasEveryServerAndScenario()
    {
        var plan = Plan("compare", "--smoke");

        plan.Rounds.Select(round => round.Server.Name).Distinct().Should().BeEquivalentTo(Servers.MeasuredServer.All.Select(server => server.Name));
        plan.Rounds.Select(round => round.Scenario.Name).Distinct().Should().BeEquivalentTo(Scenarios.Scenario.All.Select(scenario => scenario.Name));
    }

    [Theory]
    [InlineData("run")]
    [InlineData("compare", "--servers", "nginx")]
    [InlineData("compare", "--rounds", "0")]
    [InlineData("compare", "--warm")]
    [InlineData("compare", "--fast", "1")]
    public void UnknownArguments_AreRefused(params string[] arguments) =>
        FluentActions.Invoking(() => CommandLine.Parse(arguments)).Should().Throw<ArgumentException>();

    private Plan Plan(params string[] arguments) => new(CommandLine.Parse([.. arguments, "--out", folder]), results);
}
