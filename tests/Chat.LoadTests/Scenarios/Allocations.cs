using System.Globalization;
using System.Text.RegularExpressions;
using Chat.LoadTests.Results;
using Chat.LoadTests.Servers;

namespace Chat.LoadTests.Scenarios;

/// <summary>Bytes that this server allocates, read from its metrics before and after a measurement. The other servers do not tell.</summary>
internal sealed partial class Allocations : IDisposable
{
    private readonly HttpClient? http;
    private readonly double before;

    public Allocations(MeasuredServer server, RunningServer running)
    {
        if (!server.IsChat)
            return;
        http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{running.Port}") };
        before = Read();
    }

    /// <summary>Adds the bytes a delivered message.</summary>
    public void AddTo(CaseResult result)
    {
        if (http is not null && result.DeliveredInAll > 0)
            result.Figures[Figure.AllocatedBytes] = (Read() - before) / result.DeliveredInAll;
    }

    public void Dispose() => http?.Dispose();

    private double Read() =>
        Total().Match(http!.GetStringAsync("/metrics").GetAwaiter().GetResult()) is { Success: true } match
            ? double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException("The server's /metrics has no dotnet_gc_heap_total_allocated.");

    [GeneratedRegex(@"^dotnet_gc_heap_total_allocated\w*(?:\{[^}]*\})? (\S+)", RegexOptions.Multiline)]
    private static partial Regex Total();
}
