using System.Diagnostics;

namespace Chat.Hosting;

/// <summary>One line a request, without its query string.</summary>
internal sealed partial class RequestLog(RequestDelegate next, ILogger<RequestLog> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            await next(context);
        }
        finally
        {
            if (logger.IsEnabled(LogLevel.Debug))
                LogRequest(logger, context.Request.Method, context.Request.Path, context.Response.StatusCode, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
    }

    [LoggerMessage(1, LogLevel.Debug, "{Method} {Path} answered {Status} after {Milliseconds:0} ms")]
    private static partial void LogRequest(ILogger logger, string method, PathString path, int status, double milliseconds);
}
