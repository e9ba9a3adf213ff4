namespace Chat.LoadTests.Results;

/// <summary>Medians over the rounds of a run. A ratio is taken within each round first, because two rounds on one machine differ by a fifth.</summary>
internal sealed class Summary
{
    private readonly Dictionary<(string Case, string Server), List<(int Round, CaseResult Result)>> results = [];
    private readonly List<RoundResult> rounds;

    /// <param name="all">Rounds; failed ones and those of another fingerprint are left out. Of a repeated round the last counts.</param>
    public Summary(IEnumerable<RoundResult> all, string fingerprint)
    {
        rounds = [.. all.Where(round => round.Error is null && round.Fingerprint == fingerprint)
            .GroupBy(round => (round.Scenario, round.Server, round.Round)).Select(same => same.Last())];
        foreach (var round in rounds)
            foreach (var result in round.Cases)
            {
                if (!results.TryGetValue((result.Case, round.Server), out var list))
                    results[(result.Case, round.Server)] = list = [];
                list.Add((round.Round, result));
            }
    }

    /// <summary>The measured cases, in the order of the first results.</summary>
    public IEnumerable<string> Cases => results.Keys.Select(key => key.Case).Distinct();

    public IEnumerable<string> ServersOf(string theCase) => results.Keys.Where(key => key.Case == theCase).Select(key => key.Server);

    public IEnumerable<string> FiguresOf(string theCase, string server) =>
        Counting(theCase, server).SelectMany(one => one.Result.Figures.Keys).Distinct();

    /// <summary>The number of results that count.</summary>
    public int CountOf(string theCase, string server) => Counting(theCase, server).Count();

    /// <summary>The number of results that do not count, because the generator was too busy.</summary>
    public int GeneratorBound(string theCase, string server) =>
        results.TryGetValue((theCase, server), out var list) ? list.Count(one => one.Result.IsGeneratorBound) : 0;

    /// <summary>Returns the median of a figure; null if no result has it.</summary>
    public double? Median(string theCase, string server, string figure) =>
        MedianOf(Counting(theCase, server).Where(one => one.Result.Figures.ContainsKey(figure)).Select(one => one.Result.Figures[figure]));

    /// <summary>Returns the median of the ratios of two servers within a round; null if no round has both.</summary>
    public double? Ratio(string theCase, string server, string reference, string figure)
    {
        var references = Counting(theCase, reference).Where(one => one.Result.Figures.ContainsKey(figure))
            .ToDictionary(one => one.Round, one => one.Result.Figures[figure]);
        return MedianOf(Counting(theCase, server)
            .Where(one => one.Result.Figures.ContainsKey(figure) && references.TryGetValue(one.Round, out var value) && value != 0)
            .Select(one => one.Result.Figures[figure] / references[one.Round]));
    }

    /// <summary>Returns the medians of a latency distribution.</summary>
    public IReadOnlyList<LatencyPoint> Latency(string theCase, string server) =>
    [
        .. Counting(theCase, server).SelectMany(one => one.Result.Latency).GroupBy(point => point.Percent).OrderBy(points => points.Key)
            .Select(points => new LatencyPoint(points.Key, MedianOf(points.Select(point => point.Milliseconds))!.Value)),
    ];

    /// <summary>Returns the memory over time of the last round.</summary>
    public IReadOnlyList<double> Memory(string theCase, string server) => Counting(theCase, server).LastOrDefault().Result?.Memory ?? [];

    /// <summary>Returns the medians of the disk's median and p99 beside a server's rounds; null if they do not wait for the disk.</summary>
    public (double Median, double P99)? Sync(string theCase, string server)
    {
        var probed = rounds.Where(round => round.Server == server && round.SyncMedian is not null && round.Cases.Any(one => one.Case == theCase)).ToList();
        return probed.Count == 0 ? null : (MedianOf(probed.Select(round => round.SyncMedian!.Value))!.Value, MedianOf(probed.Select(round => round.SyncP99!.Value))!.Value);
    }

    /// <summary>Returns the middle value, or the mean of the two in the middle; null if there is none.</summary>
    public static double? MedianOf(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        if (sorted.Count == 0)
            return null;
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }

    private IEnumerable<(int Round, CaseResult Result)> Counting(string theCase, string server) =>
        results.TryGetValue((theCase, server), out var list) ? list.Where(one => !one.Result.IsGeneratorBound) : [];
}
