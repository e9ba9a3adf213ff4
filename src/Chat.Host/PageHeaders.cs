namespace Chat.Hosting;

/// <summary>What browsers are told about the server's pages: what may run in them, who may frame them, how long they keep them.</summary>
internal static class PageHeaders
{
    // No script but the page's own files, and none that a text could become.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'; form-action 'none'; "
        + "require-trusted-types-for 'script'; connect-src 'self'";

    // Its address is for people to change.
    private const string RawPolicy = Policy + " ws: wss:";

    // Of Development only; it has its scripts in itself and makes styles as it goes.
    private const string ApiPagePolicy =
        "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
        + "connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'";

    public static void UsePageHeaders(this WebApplication app) => app.Use((context, next) =>
    {
        context.Response.OnStarting(() =>
        {
            var headers = context.Response.Headers;
            headers.XContentTypeOptions = "nosniff";
            headers.XFrameOptions = "DENY";
            headers["Referrer-Policy"] = "no-referrer";
            headers.ContentSecurityPolicy = PolicyOf(context.Request.Path);
            if (IsRefusalOrRedirect(context.Response.StatusCode))
                headers.CacheControl = "no-store";
            else if (headers.CacheControl.Count == 0)
                headers.CacheControl = CachingOf(context.Request.Path);
            return Task.CompletedTask;
        });
        return next(context);
    });

    private static string PolicyOf(PathString path) =>
        path.StartsWithSegments("/raw") ? RawPolicy : path.StartsWithSegments("/scalar") ? ApiPagePolicy : Policy;

    // The next build may have a file where there is none now. 304 says that what is kept is good, and keeps its caching.
    private static bool IsRefusalOrRedirect(int status) => status >= StatusCodes.Status300MultipleChoices && status != StatusCodes.Status304NotModified;

    // The build names assets by what is in them. Anything else is asked for again, and mostly not sent again.
    private static string CachingOf(PathString path) => path.StartsWithSegments("/assets") ? "public, max-age=31536000, immutable" : "no-cache";
}
