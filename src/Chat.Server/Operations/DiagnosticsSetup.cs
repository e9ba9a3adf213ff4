using Chat.Server.Configuration;
using Chat.Server.Log;
using Chat.Server.Sending;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenTelemetry.Metrics;

namespace Chat.Server.Operations;

internal static class DiagnosticsSetup
{
    public static void AddDiagnostics(this IHostApplicationBuilder builder)
    {
        builder.Services.TryAddSingleton<ChatMetrics>();
        builder.Services.TryAddSingleton<IMessageMeter>(s => s.GetRequiredService<ChatMetrics>());
        builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter(ChatMetrics.MeterName, "System.Runtime").AddPrometheusExporter());
        builder.Services.AddHostedService<StatsPublisher>();
    }

    /// <summary>Maps <c>/health/live</c>, <c>/health/ready</c> and <c>/metrics</c>.</summary>
    public static void MapHealth(this WebApplication app)
    {
        app.MapGet("/health/live", () => Results.Text("live\n")).AnswerHead();
        app.MapGet("/health/ready", async (Drain drain, ILogHealth log) =>
            (drain.HasBegun ? Drain.Reason : await log.TroubleAsync()) is { } trouble
                ? Results.Text(trouble + "\n", statusCode: StatusCodes.Status503ServiceUnavailable)
                : Results.Text("ready\n")).AnswerHead();
        _ = app.Services.GetRequiredService<MeterProvider>(); // collects from here on
        var (metrics, health) = (app.Services.GetRequiredService<ChatMetrics>(), app.Services.GetRequiredService<ILogHealth>());
        var meter = metrics.Meter;
        meter.CreateObservableGauge("chat.append.queue", () => health.Waiting, "{change}", "Messages and other changes that wait to be written.");
        meter.CreateObservableGauge("chat.append.wait", () => health.Wait.TotalSeconds, "s", "How long a new message would wait to be written.");
        meter.CreateObservableGauge("chat.streams.known", () => health.KnownStreams, "{stream}", "Mailboxes and rooms that memory knows.");
        metrics.ShowAll();
        app.MapPrometheusScrapingEndpoint("/metrics", null, scrape => scrape.UseMiddleware<EmptyHistograms>(), null)
            .WithMetadata(new HttpMethodMetadata([HttpMethods.Get])).AnswerHead();
    }
}
