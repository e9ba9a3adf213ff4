using Chat.Server.Configuration;
using Chat.Server.Log;
using Chat.Server.Sending;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenTelemetry.Metrics;

namespace Chat.Server.Operations;

internal static partial class OperationsSetup
{
    private const string RequestLines = "Microsoft.AspNetCore.Hosting.Diagnostics";

    public static void AddOperations(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.TryAddSingleton(_ => new ChatServer());
        services.AddHostedService<FailureResponse>();
        services.TryAddSingleton<ChatMetrics>();
        services.TryAddSingleton<IMessageMeter>(s => s.GetRequiredService<ChatMetrics>());
        services.AddHostedService<StatsPublisher>();
        services.TryAddSingleton<Drain>();
        services.AddHostedService(s => s.GetRequiredService<Drain>());
        services.TryAddSingleton<BannedUsers>();
        services.AddHostedService(s => s.GetRequiredService<BannedUsers>());
    }

    /// <summary>Warns if the application's log would hold query strings, and so user ids and tokens.</summary>
    public static void WarnOfQueryLogging(this WebApplication app)
    {
        if (app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(RequestLines).IsEnabled(LogLevel.Information))
            LogQueryLogging(app.Logger, RequestLines);
    }

    /// <summary>Adds the log's gauges to the server's meter.</summary>
    public static void AddLogGauges(this WebApplication app)
    {
        var (meter, health) = (app.Services.GetRequiredService<ChatMetrics>().Meter, app.Services.GetRequiredService<ILogHealth>());
        meter.CreateObservableGauge("chat.append.queue", () => health.Waiting, "{change}", "Messages and other changes that wait to be written.");
        meter.CreateObservableGauge("chat.append.wait", () => health.Wait.TotalSeconds, "s", "Estimated time that a new message would wait to be written.");
        meter.CreateObservableGauge("chat.streams.known", () => health.KnownStreams, "{stream}", "Mailboxes and rooms in memory.");
    }

    public static IEndpointConventionBuilder MapHealth(this IEndpointRouteBuilder app)
    {
        var health = app.MapGroup("").AnswerHead();
        health.MapGet("/health/live", () => Results.Text("live\n"));
        health.MapGet("/health/ready", async (Drain drain, ILogHealth log) =>
            (await log.TroubleAsync() ?? (drain.HasBegun ? Drain.Reason : null)) is { } trouble
                ? Results.Text(trouble + "\n", statusCode: StatusCodes.Status503ServiceUnavailable)
                : Results.Text("ready\n"));
        return health;
    }

    public static void AddPrometheus(this IHostApplicationBuilder builder) =>
        builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter(ChatMetrics.MeterName, "System.Runtime").AddPrometheusExporter());

    public static IEndpointConventionBuilder MapPrometheus(this WebApplication app)
    {
        _ = app.Services.GetRequiredService<MeterProvider>(); // collects from here on
        app.Services.GetRequiredService<ChatMetrics>().ShowAll();
        return app.MapPrometheusScrapingEndpoint("/metrics", null, scrape => scrape.UseMiddleware<EmptyHistograms>(), null)
            .WithMetadata(new HttpMethodMetadata([HttpMethods.Get])).AnswerHead();
    }

    [LoggerMessage(1, LogLevel.Warning, "The category {Category} logs the query string of every request, and so user ids and tokens. "
        + "Set Logging:LogLevel:{Category} to Warning.")]
    private static partial void LogQueryLogging(ILogger logger, string category);
}
