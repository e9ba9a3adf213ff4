using Chat.LoadTests.Results;

namespace Chat.LoadTests.Tests;

public sealed class ResultsFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("chat-load-").FullName;

    private string Path => System.IO.Path.Combine(folder, "new", "results.jsonl");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void FinishedRound_IsFoundByALaterRun()
    {
        new ResultsFile(Path).Append(Rounds.Of("pairs", "a", 1, 10));

        var later = new ResultsFile(Path);

        later.Has("pairs", "a", 1, Rounds.Fingerprint).Should().BeTrue();
        later.Has("pairs", "a", 2, Rounds.Fingerprint).Should().BeFalse();
        later.Has("pairs", "a", 1, "other sizes").Should().BeFalse();
        later.Rounds[0].Cases[0].Figures[Figure.PerCpuSecond].Should().Be(10);
    }

    [Fact]
    public void FailedRound_IsRunAgain()
    {
        var results = new ResultsFile(Path);

        results.Append(Rounds.Of("pairs", "a", 1, 10) with { Error = "It failed." });

        results.Has("pairs", "a", 1, Rounds.Fingerprint).Should().BeFalse();
    }

    [Fact]
    public void HalfALine_IsSkipped()
    {
        new ResultsFile(Path).Append(Rounds.Of("pairs", "a", 1, 10));
        File.AppendAllText(Path, "{\"scenario\":\"pa");

        new ResultsFile(Path).Append(Rounds.Of("pairs", "a", 2, 20));

        new ResultsFile(Path).Rounds.Select(round => round.Round).Should().Equal(1, 2);
    }
}
