using System.Text.RegularExpressions;
using Chat.Protocol;
using Chat.Server.Tests.Running;
using Chat.Server.Tests.Samples;

namespace Chat.Server.Tests.Operations;

/// <summary>Every metric is in a server's first scrape.</summary>
[Trait("Duration", "Long")]
public sealed partial class FreshMetricsTests
{
    private static readonly string Operations = File.ReadAllText(Path.Combine(Repository.Folder, "docs", "operations.md"));
    private static readonly string Wire = File.ReadAllText(Path.Combine(Repository.Folder, "src", "Chat.Protocol", "README.md"));

    private static readonly Dictionary<(string Metric, string Label), string[]> Labels = new()
    {
        [("chat_connections", "kind")] = ["hub", "raw"],
        [("chat_slow_close_total", "kind")] = ["hub", "raw"],
        [("chat_refused_total", "code")] = [.. ChatError.All.Select(error => error.Code)],
        // .NET's WebSocket itself sends the other codes.
        [("chat_raw_closes_total", "code")] = [.. CloseCode().Matches(Wire).Select(match => match.Groups[1].Value).Except(["1002", "1007"])],
        [("chat_sockets_ended_total", "reason")] = ["address", "files", "silence"],
    };

    [Fact]
    public async Task FreshServer_ShowsEveryDocumentedMetricAtZero()
    {
        await using var server = new ServerProcess(); // a separate process, because metrics are counted for each process
        await server.StartAsync();
        var scrape = await Metrics.OfAsync(server.Address);
        var documented = Documented();
        documented.Should().HaveCountGreaterThan(13);
        foreach (var (metric, label) in documented)
            if (label is null)
                (scrape.GetValueOrDefault(metric, -1), scrape.GetValueOrDefault(metric + "_count", -1)).Should().Match<(double, double)>(found => found.Item1 == 0 || found.Item2 == 0, because: metric);
            else
                foreach (var value in Labels[(metric, label)])
                    scrape.GetValueOrDefault($"{metric}{{{label}=\"{value}\"}}", -1).Should().Be(0, because: $"{metric} with {value}");
        scrape.Where(series => series.Key.StartsWith("chat_", StringComparison.Ordinal) && series.Value != 0).Should().BeEmpty(because: "nothing has happened");
    }

    [Fact]
    public async Task EveryMetric_IsDocumented()
    {
        await using var server = new ServerProcess();
        await server.StartAsync();
        var names = (await Metrics.OfAsync(server.Address)).Keys.Where(series => series.StartsWith("chat_", StringComparison.Ordinal))
            .Select(series => Suffix().Replace(series.Split('{')[0], "")).Distinct();
        names.Should().BeEquivalentTo(Documented().Select(metric => metric.Name).Distinct());
    }

    [Theory]
    [InlineData("")]
    [InlineData("text/plain;version=0.0.4")]
    [InlineData("application/openmetrics-text; version=1.0.0")]
    public async Task EmptyHistogram_IsWrittenAsTheExporterWritesIt(string accept)
    {
        await using var server = new ServerProcess();
        await server.StartAsync();
        var empty = await ScrapeAsync(server, accept);
        await using (var alice = await HubClient.ConnectAsync(server.Address, "alice"))
            await alice.SendAsync("bob", "hi");
        // The exporter answers scrapes in quick succession from a cache.
        var full = "";
        await Wait.UntilAsync(async () => CountIsZero().Count(full = await ScrapeAsync(server, accept)) == 0, "The measurements");
        Lines(empty).Should().Equal(Lines(full));
        empty.Contains("# EOF", StringComparison.Ordinal).Should().Be(full.Contains("# EOF", StringComparison.Ordinal));
        if (accept.Contains("openmetrics", StringComparison.Ordinal))
            empty.Should().EndWith("# EOF\n");

        static IEnumerable<string> Lines(string scrape) => scrape.Split('\n')
            .Where(line => line.Contains("chat_append_duration", StringComparison.Ordinal) || line.Contains("chat_commit_messages", StringComparison.Ordinal))
            .Where(line => !line.Contains("_created", StringComparison.Ordinal)) // an empty histogram has no creation time
            .Select(line => line.StartsWith('#') ? line : line[..line.LastIndexOf(' ')])
            .Order(StringComparer.Ordinal);
    }

    [Fact]
    public async Task ScraperThatAcceptsGzip_GetsEveryMetric()
    {
        await using var server = new ServerProcess();
        await server.StartAsync();
        using var handler = new HttpClientHandler { AutomaticDecompression = System.Net.DecompressionMethods.GZip };
        using var http = new HttpClient(handler) { BaseAddress = server.Address };
        (await http.GetStringAsync(new Uri("/metrics", UriKind.Relative))).Should().Contain("chat_append_duration_seconds_count{").And.Contain("dotnet_");
    }

    private static List<(string Name, string? Label)> Documented() =>
    [
        .. Operations.Split('\n').Where(line => line.StartsWith("| `chat_", StringComparison.Ordinal))
            .SelectMany(line => Metric().Matches(line.Split('|')[1])).Select(match => (match.Groups[1].Value, match.Groups[2] is { Success: true, Value: var label } ? label : null)),
    ];

    private static async Task<string> ScrapeAsync(ServerProcess server, string accept)
    {
        using var http = new HttpClient { BaseAddress = server.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        if (accept.Length > 0)
            request.Headers.TryAddWithoutValidation("Accept", accept);
        using var answer = await http.SendAsync(request);
        return await answer.Content.ReadAsStringAsync();
    }

    [GeneratedRegex(@"`(chat_\w+)(?:\{(\w+)\})?`")]
    private static partial Regex Metric();

    [GeneratedRegex(@"^\| (\d{4}) \|", RegexOptions.Multiline)]
    private static partial Regex CloseCode();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex Suffix();

    [GeneratedRegex(@"^chat_\w+_count\{[^}]*\} 0$", RegexOptions.Multiline)]
    private static partial Regex CountIsZero();
}
