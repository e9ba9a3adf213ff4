using System.Text.Json;
using Chat.LoadTests.Results;

namespace Chat.LoadTests.Charts;

/// <summary>The outcome of a run: a Markdown table, the medians as JSON, and charts.</summary>
internal static class Report
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static void Write(LabOptions options, Summary summary)
    {
        Directory.CreateDirectory(options.OutputFolder);
        var text = $"Medians of {options.Rounds} rounds in turn; {options.Fingerprint}.\n\n" + ResultTable.Of(summary);
        if (options.IsBars)
            text = Bar.Table(summary, Bars.Of(options)) + "\n" + text;
        File.WriteAllText(Path.Combine(options.OutputFolder, "table.md"), text);
        File.WriteAllText(Path.Combine(options.OutputFolder, "medians.json"), JsonSerializer.Serialize(Medians(summary), Json));
        foreach (var (name, chart) in ResultCharts.Of(summary))
            File.WriteAllText(Path.Combine(options.OutputFolder, name + ".svg"), chart);
    }

    private static object Medians(Summary summary) => summary.Cases.SelectMany(theCase => summary.ServersOf(theCase).Select(server => new
    {
        Case = theCase,
        Server = server,
        Rounds = summary.CountOf(theCase, server),
        GeneratorBound = summary.GeneratorBound(theCase, server),
        SyncMedian = summary.Sync(theCase, server)?.Median,
        SyncP99 = summary.Sync(theCase, server)?.P99,
        Figures = summary.FiguresOf(theCase, server).ToDictionary(figure => figure, figure => summary.Median(theCase, server, figure)),
        Latency = summary.Latency(theCase, server),
    }));
}
