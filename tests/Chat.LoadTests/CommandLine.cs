using System.Globalization;
using Chat.LoadTests.Scenarios;
using Chat.LoadTests.Servers;

namespace Chat.LoadTests;

/// <summary>The arguments of the lab.</summary>
internal static class CommandLine
{
    public static readonly string Usage = $"""
        usage: dotnet run -c Release --project tests/Chat.LoadTests -- compare [options]

          --servers a,b       {string.Join(", ", MeasuredServer.All.Select(server => server.Name))}; default: all
          --scenarios x,y     {string.Join(", ", Scenario.All.Select(scenario => scenario.Name))}; default: all
          --rounds N          rounds in turn; default 3
          --warm S            seconds of load before a measurement; default 60
          --seconds S         seconds of a measurement; default 10
          --connections N     of pairs, rate, fan-out, stalled, topics and overload; default 1000
          --rates a,b         messages a second of the scenario rate; default 1000,3000,5000
          --idle a,b          connections of the scenario idle; default 1000,5000,15000
          --storm N           clients of the scenario storm; default 10000
          --growth a,b        connections of the scenario growth; default 100,1000,5000,15000
          --stored a,b        stored messages of the scenario growth; default 10000,100000,1000000
          --results FILE      finished rounds, as lines of JSON; a run continues behind them; default OUT/results.jsonl
          --out FOLDER        table, figures and charts; default artifacts/load
          --bars              only what the table of bars needs
          --smoke             every server, and this one in every scenario, small and short;
                              fails if one delivers nothing
        """;

    /// <summary>Returns the options. Throws <see cref="ArgumentException"/> if they are not understood.</summary>
    public static LabOptions Parse(ReadOnlySpan<string> arguments)
    {
        if (arguments is not ["compare", ..])
            throw new ArgumentException("The only command is compare.");
        var options = new LabOptions();
        for (var i = 1; i < arguments.Length; i++)
        {
            options = arguments[i] switch
            {
                "--bars" => options with { IsBars = true },
                "--smoke" => options.Smoke(),
                var option when i + 1 < arguments.Length => With(options, option, arguments[++i]),
                var option => throw new ArgumentException($"There is no option {option}, or it has no value."),
            };
        }
        return WithFiles(options);
    }

    private static LabOptions With(LabOptions options, string option, string value) => option switch
    {
        "--servers" => options with { Servers = Names(value, MeasuredServer.All.Select(server => server.Name)) },
        "--scenarios" => options with { Scenarios = Names(value, Scenario.All.Select(scenario => scenario.Name)) },
        "--rounds" => options with { Rounds = Number(value) },
        "--warm" => options with { Warm = Seconds(value) },
        "--seconds" => options with { Seconds = Seconds(value) },
        "--connections" => options with { Connections = Number(value) },
        "--rates" => options with { Rates = Numbers(value) },
        "--idle" => options with { IdleConnections = Numbers(value) },
        "--storm" => options with { StormClients = Number(value) },
        "--growth" => options with { GrowthConnections = Numbers(value) },
        "--stored" => options with { GrowthStored = Numbers(value) },
        "--results" => options with { ResultsFile = value },
        "--out" => options with { OutputFolder = value },
        _ => throw new ArgumentException($"There is no option {option}."),
    };

    // A quick check starts anew each time, and leaves earlier results alone.
    private static LabOptions WithFiles(LabOptions options)
    {
        var folder = options.OutputFolder.Length > 0 ? options.OutputFolder
            : options.IsSmoke ? Directory.CreateTempSubdirectory("chat-load-smoke-").FullName : Programs.Artifacts;
        var results = options.ResultsFile.Length > 0 ? options.ResultsFile : Path.Combine(folder, "results.jsonl");
        return options with { OutputFolder = folder, ResultsFile = results };
    }

    private static string[] Names(string value, IEnumerable<string> known)
    {
        var names = value.Split(',');
        return Array.Find(names, name => !known.Contains(name)) is { } unknown
            ? throw new ArgumentException($"'{unknown}' is unknown. Known are {string.Join(", ", known)}.")
            : names;
    }

    private static int[] Numbers(string value) => [.. value.Split(',').Select(Number)];

    private static int Number(string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw new ArgumentException($"'{value}' is not a positive number.");

    private static double Seconds(string value) =>
        double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds > 0
            ? seconds
            : throw new ArgumentException($"'{value}' is not a positive number of seconds.");
}
