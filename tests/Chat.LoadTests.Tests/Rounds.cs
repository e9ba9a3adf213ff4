using Chat.LoadTests.Results;

namespace Chat.LoadTests.Tests;

/// <summary>Results of tests.</summary>
internal static class Rounds
{
    public const string Fingerprint = "test";

    public static RoundResult Of(string scenario, string server, int round, double value, string figure = Figure.PerCpuSecond, bool isGeneratorBound = false) =>
        new(scenario, server, round, Fingerprint, DateTime.UnixEpoch, [Case(scenario, value, figure) with { IsGeneratorBound = isGeneratorBound }]);

    private static CaseResult Case(string name, double value, string figure) => new(name, new(StringComparer.Ordinal) { [figure] = value });
}
