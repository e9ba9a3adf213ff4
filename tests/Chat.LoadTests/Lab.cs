using System.Globalization;
using Chat.LoadTests.Charts;
using Chat.LoadTests.Native;
using Chat.LoadTests.Results;
using Chat.LoadTests.Scenarios;
using Chat.LoadTests.Servers;

namespace Chat.LoadTests;

/// <summary>Runs the missing rounds of a plan one after the other, and writes the outcome.</summary>
internal sealed class Lab(LabOptions options)
{
    private readonly ResultsFile results = new(options.ResultsFile);
    private int failures;

    /// <summary>Returns the exit code.</summary>
    public int Run()
    {
        var plan = new Plan(options, results);
        Say($"{plan.Rounds.Count} rounds, {plan.Rounds.Count - plan.Missing.Count} of them done; the rest takes about {Minutes(plan.Estimate(plan.Missing))}.");
        if (plan.Missing.Any(round => round.Server.Program is ServerProgram.Ws or ServerProgram.SocketIo))
            Programs.InstallNodePackages();
        Limits.Check(options, plan.Missing);
        Cores.PinGenerator();
        for (var i = 0; i < plan.Missing.Count; i++)
        {
            var left = Minutes(plan.Estimate(plan.Missing.Skip(i)));
            RunRound(plan.Missing[i], string.Create(CultureInfo.InvariantCulture, $"[{i + 1}/{plan.Missing.Count}, {left} left]"));
        }
        Report.Write(options, new Summary(results.Rounds, options.Fingerprint));
        Say($"The results are in {options.OutputFolder}; {failures} rounds failed.");
        return failures == 0 ? 0 : 1;
    }

    private void RunRound(PlannedRound planned, string progress)
    {
        var trial = new Trial(planned.Server, options);
        string? error = null;
        try
        {
            planned.Scenario.Run(trial);
            if (planned.Scenario is not IdleScenario && trial.Cases.FirstOrDefault(result => result.DeliveredInAll == 0) is { } nothing)
                error = $"{nothing.Case} delivered nothing.";
        }
        catch (Exception e) when (e is IOException or TimeoutException or InvalidOperationException or HttpRequestException)
        {
            error = $"{e.Message}\n{trial.ServerOutput}".TrimEnd();
        }
        if (error is not null)
            failures++;
        results.Append(new RoundResult(planned.Scenario.Name, planned.Server.Name, planned.Round, options.Fingerprint, DateTime.UtcNow, trial.Cases, error)
        {
            SyncMedian = trial.Sync?.Median,
            SyncP99 = trial.Sync?.P99,
        });
        Say($"{progress} {planned.Scenario.Name} of {planned.Server.Name}, round {planned.Round}: {error ?? string.Join("; ", trial.Cases.Select(Describe))}");
    }

    private static string Describe(CaseResult result)
    {
        var figures = result.Figures;
        var bound = result.IsGeneratorBound ? " generator-bound" : "";
        if (figures.TryGetValue(Figure.RecoverySeconds, out var recovery))
            return string.Create(CultureInfo.InvariantCulture, $"{result.Case} recovered in {recovery:N1} s");
        return figures.TryGetValue(Figure.KilobytesPerConnection, out var kilobytes)
            ? string.Create(CultureInfo.InvariantCulture, $"{result.Case} {kilobytes:N1} KB a connection, CPU {figures[Figure.ServerCpu]:N1} %")
            : string.Create(CultureInfo.InvariantCulture,
                $"{result.Case} {figures[Figure.Delivered]:N0}/s, {figures[Figure.PerCpuSecond]:N0} per CPU second, CPU {figures[Figure.ServerCpu]:N0} %, "
                + $"p99 {figures.GetValueOrDefault(Figure.P99):N2} ms, generator {figures[Figure.GeneratorCpu]:N0} %{bound}");
    }

    private static string Minutes(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(time.TotalMinutes):N0} min");

    private static void Say(string line) => Console.WriteLine($"{DateTime.Now.ToString("HH:mm:ss", CultureInfo.InvariantCulture)} {line}");
}
