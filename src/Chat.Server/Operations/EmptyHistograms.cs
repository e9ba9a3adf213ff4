using System.Globalization;
using System.Text;

namespace Chat.Server.Operations;

/// <summary>Adds histograms without measurements to a scrape, because the exporter leaves them out. Otherwise Prometheus could not tell a
/// server without messages from one without the metric.</summary>
internal sealed class EmptyHistograms(RequestDelegate next)
{
    private const string End = "# EOF\n";

    private static readonly ChatMetrics.Family[] Histograms = [ChatMetrics.AppendDuration, ChatMetrics.CommitMessages];

    // Set once every histogram has a measurement: from then on the exporter writes them itself.
    private volatile bool isDone;

    public async Task InvokeAsync(HttpContext context)
    {
        if (isDone)
        {
            await next(context);
            return;
        }
        var body = context.Response.Body;
        using var scrape = new MemoryStream();
        context.Request.Headers.AcceptEncoding = default; // nothing can be added to a compressed body
        context.Response.Body = scrape;
        try
        {
            await next(context);
        }
        finally
        {
            context.Response.Body = body;
        }
        var text = Encoding.UTF8.GetString(scrape.GetBuffer(), 0, (int)scrape.Length);
        if (context.Response.StatusCode == StatusCodes.Status200OK)
            text = Complete(text);
        await context.Response.WriteAsync(text, context.RequestAborted);
    }

    private string Complete(string text)
    {
        var missing = Array.FindAll(Histograms, histogram => !text.Contains($"# TYPE {histogram.Name} ", StringComparison.Ordinal));
        isDone = missing.Length == 0;
        var isOpenMetrics = text.EndsWith(End, StringComparison.Ordinal);
        var added = string.Concat(missing.Select(histogram => Write(histogram, isOpenMetrics)));
        return isOpenMetrics ? text[..^End.Length] + added + End : text + added;
    }

    private static string Write(ChatMetrics.Family histogram, bool isOpenMetrics)
    {
        const string scope = $"otel_scope_name=\"{ChatMetrics.MeterName}\"";
        var (name, format) = (histogram.Name, isOpenMetrics ? "0.0###" : "0.####");
        var bounds = histogram.Boundaries.Select(boundary => boundary.ToString(format, CultureInfo.InvariantCulture)).Append("+Inf");
        string[] lines =
        [
            $"# TYPE {name} histogram",
            .. isOpenMetrics && histogram.Unit == "s" ? [$"# UNIT {name} seconds"] : Array.Empty<string>(),
            $"# HELP {name} {histogram.Text}",
            .. bounds.Select(le => $"{name}_bucket{{{scope},le=\"{le}\"}} 0"),
            $"{name}_sum{{{scope}}} 0",
            $"{name}_count{{{scope}}} 0",
        ];
        return string.Concat(lines.Select(line => line + "\n"));
    }
}
