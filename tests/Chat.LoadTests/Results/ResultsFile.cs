using System.Text.Json;

namespace Chat.LoadTests.Results;

/// <summary>Finished rounds as lines of JSON. Each is appended as soon as it is finished, so that an interrupted run continues behind it.</summary>
internal sealed class ResultsFile
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly string path;
    private readonly List<RoundResult> rounds = [];

    public ResultsFile(string path)
    {
        this.path = path;
        if (File.Exists(path))
            rounds.AddRange(File.ReadLines(path).Select(Parse).OfType<RoundResult>());
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>All rounds in the file, failed ones too.</summary>
    public IReadOnlyList<RoundResult> Rounds => rounds;

    /// <summary>Whether a round has finished without an error before.</summary>
    public bool Has(string scenario, string server, int round, string fingerprint) => rounds.Exists(done =>
        done.Error is null && done.Scenario == scenario && done.Server == server && done.Round == round && done.Fingerprint == fingerprint);

    public void Append(RoundResult round)
    {
        // A run that was killed while it wrote leaves part of a line.
        var needsLineBreak = File.Exists(path) && File.ReadAllBytes(path) is [.., not (byte)'\n'];
        File.AppendAllText(path, (needsLineBreak ? "\n" : "") + JsonSerializer.Serialize(round, Json) + "\n");
        rounds.Add(round);
    }

    private static RoundResult? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<RoundResult>(line, Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
