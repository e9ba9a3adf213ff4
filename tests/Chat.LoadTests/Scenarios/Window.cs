using Chat.LoadTests.Generator;
using Chat.LoadTests.Native;
using Chat.LoadTests.Results;
using Chat.LoadTests.Servers;

namespace Chat.LoadTests.Scenarios;

/// <summary>The time of a measurement: what server and generator did from its start to its end.</summary>
internal sealed class Window
{
    // Above this share of its core the generator, and not the server, may be what is measured.
    private const double GeneratorLimit = 90;

    private static readonly double[] Percentiles = [50, 75, 90, 95, 99, 99.5, 99.9, 99.99];

    private readonly LoadGenerator generator;
    private readonly RunningServer server;
    private readonly long start = Clock.Now;
    private readonly long ownStart = Clock.OwnProcessorTime;
    private readonly double serverStart;
    private readonly (long Delivered, long Sent, long Refused, long Closed) counts;

    private Window(LoadGenerator generator, RunningServer server)
    {
        (this.generator, this.server) = (generator, server);
        serverStart = server.ProcessorSeconds;
        counts = Counts();
        generator.Measures.Record(true);
    }

    /// <summary>Runs the generator for a time, and returns the figures of that time.</summary>
    public static CaseResult Measure(string name, LoadGenerator generator, RunningServer server, double seconds)
    {
        var window = new Window(generator, server);
        generator.RunFor(seconds);
        return window.End(name);
    }

    /// <summary>Measures an action that runs the generator.</summary>
    public static CaseResult Measure(string name, LoadGenerator generator, RunningServer server, Action run)
    {
        var window = new Window(generator, server);
        run();
        return window.End(name);
    }

    private CaseResult End(string name)
    {
        generator.Measures.Record(false);
        var seconds = (Clock.Now - start) / 1e9;
        var used = server.ProcessorSeconds - serverStart;
        var now = Counts();
        var delivered = now.Delivered - counts.Delivered;
        var figures = new SortedDictionary<string, double>(StringComparer.Ordinal)
        {
            [Figure.Delivered] = delivered / seconds,
            [Figure.Sent] = (now.Sent - counts.Sent) / seconds,
            [Figure.Refused] = (now.Refused - counts.Refused) / seconds,
            [Figure.Closed] = now.Closed - counts.Closed,
            [Figure.Waiting] = now.Sent - now.Delivered - now.Refused,
            [Figure.ServerCpu] = 100 * used / seconds,
            [Figure.PerCpuSecond] = used > 0 ? delivered / used : 0,
            [Figure.CpuMicroseconds] = delivered > 0 ? 1e6 * used / delivered : 0,
            [Figure.MemoryMegabytes] = server.MemoryBytes / (1024.0 * 1024),
            [Figure.GeneratorCpu] = (Clock.OwnProcessorTime - ownStart) / 1e7 / seconds,
        };
        AddLatency(figures);
        return new CaseResult(name, figures)
        {
            DeliveredInAll = delivered,
            IsGeneratorBound = figures[Figure.GeneratorCpu] > GeneratorLimit,
            Latency = [.. Percentiles.Select(percent => new LatencyPoint(percent, Measures.Quantile(generator.Measures.Latency, percent)))],
        };
    }

    private void AddLatency(SortedDictionary<string, double> figures)
    {
        var measures = generator.Measures;
        if (measures.Latency.TotalCount > 0)
        {
            figures[Figure.P50] = Measures.Quantile(measures.Latency, 50);
            figures[Figure.P99] = Measures.Quantile(measures.Latency, 99);
            figures[Figure.P999] = Measures.Quantile(measures.Latency, 99.9);
            figures[Figure.Longest] = Measures.Quantile(measures.Latency, 100);
        }
        if (measures.ReceiptLatency.TotalCount > 0)
        {
            figures[Figure.ReceiptP50] = Measures.Quantile(measures.ReceiptLatency, 50);
            figures[Figure.ReceiptP99] = Measures.Quantile(measures.ReceiptLatency, 99);
        }
    }

    private (long Delivered, long Sent, long Refused, long Closed) Counts() =>
        (generator.Measures.Delivered, generator.Measures.Sent, generator.Measures.Refused, generator.Measures.ClosedByServer);
}
