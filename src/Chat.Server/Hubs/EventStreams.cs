namespace Chat.Server.Hubs;

/// <summary>Tells proxies not to buffer event streams: behind a buffering nginx, clients would wait for the first event.</summary>
internal static class EventStreams
{
    private const string MediaType = "text/event-stream";

    public static Task PassUnbuffered(HttpContext context, RequestDelegate next)
    {
        context.Response.OnStarting(static state =>
        {
            var response = (HttpResponse)state;
            if (response.ContentType?.StartsWith(MediaType, StringComparison.OrdinalIgnoreCase) == true)
                response.Headers["X-Accel-Buffering"] = "no";
            return Task.CompletedTask;
        }, context.Response);
        return next(context);
    }
}
