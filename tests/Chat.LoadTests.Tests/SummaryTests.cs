using Chat.LoadTests.Results;

namespace Chat.LoadTests.Tests;

public sealed class SummaryTests
{
    [Theory]
    [InlineData(new double[] { 3, 1, 2 }, 2)]
    [InlineData(new double[] { 4, 1, 2, 3 }, 2.5)]
    public void Median_IsTheMiddle(double[] values, double median) => Summary.MedianOf(values).Should().Be(median);

    [Fact]
    public void MedianOfNothing_IsNull() => Summary.MedianOf([]).Should().BeNull();

    // The machine's speed changes between rounds: the ratio of the medians would be 30 / 20.
    [Fact]
    public void Ratio_IsTakenWithinRounds()
    {
        var summary = Summarize(
            Rounds.Of("pairs", "a", 1, 10), Rounds.Of("pairs", "b", 1, 20),
            Rounds.Of("pairs", "a", 2, 30), Rounds.Of("pairs", "b", 2, 60),
            Rounds.Of("pairs", "a", 3, 50), Rounds.Of("pairs", "b", 3, 10));

        summary.Ratio("pairs", "a", "b", Figure.PerCpuSecond).Should().Be(0.5);
    }

    [Fact]
    public void RoundWithoutItsReference_HasNoRatio() =>
        Summarize(Rounds.Of("pairs", "a", 1, 10), Rounds.Of("pairs", "b", 2, 20)).Ratio("pairs", "a", "b", Figure.PerCpuSecond).Should().BeNull();

    [Fact]
    public void GeneratorBoundRound_DoesNotCount()
    {
        var summary = Summarize(Rounds.Of("pairs", "a", 1, 10, isGeneratorBound: true), Rounds.Of("pairs", "a", 2, 20));

        summary.Median("pairs", "a", Figure.PerCpuSecond).Should().Be(20);
        summary.GeneratorBound("pairs", "a").Should().Be(1);
    }

    [Fact]
    public void FailedRoundsAndOtherSizes_AreLeftOut()
    {
        var summary = Summarize(
            Rounds.Of("pairs", "a", 1, 10) with { Error = "It failed." }, Rounds.Of("pairs", "a", 1, 20) with { Fingerprint = "other" },
            Rounds.Of("pairs", "a", 1, 30));

        summary.Median("pairs", "a", Figure.PerCpuSecond).Should().Be(30);
    }

    [Fact]
    public void Table_HasALineForEachServer()
    {
        var table = ResultTable.Of(Summarize(Rounds.Of("pairs", "a", 1, 1_234.4) with { SyncMedian = 0.5, SyncP99 = 2 }, Rounds.Of("pairs", "b", 1, 2, isGeneratorBound: true)));

        table.Should().Be(
            """
            ### pairs

            | server | rounds | per CPU second | fdatasync p50, p99 ms |
            | --- | --- | --- | --- |
            | a | 1 | 1,234 | 0.50, 2.00 |
            | b | 0 (1 generator-bound) | – | – |


            """);
    }

    [Theory]
    [InlineData(0.8, "beyond")]
    [InlineData(0.6, "kept")]
    [InlineData(0.4, "missed")]
    public void Bar_ComparesWithBothLimits(double value, string verdict) =>
        new Bar("ratio", _ => value, (0.5, 0.7), IsLeast: true).Verdict(Summarize()).Should().Be(verdict);

    [Fact]
    public void BarWithoutFigures_IsNotMeasured() =>
        Bars.Of(new LabOptions()).Should().OnlyContain(bar => bar.Verdict(Summarize()) == "not measured");

    private static Summary Summarize(params RoundResult[] rounds) => new(rounds, Rounds.Fingerprint);
}
