namespace Chat.Hosting;

/// <summary>Sets the headers that limit the scripts, the framing and the caching of the server's pages.</summary>
internal static class PageHeaders
{
    // Only the page's own files may run, and no text may become a script.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'; form-action 'none'; "
        + "require-trusted-types-for 'script'; connect-src 'self'";

    // Its user may enter the address of another server.
    private const string RawPolicy = Policy + " ws: wss:";

    // The API page exists in Development only. It has inline scripts and creates styles.
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

    // The next build may add the missing file. A 304 keeps the caching of the stored answer.
    private static bool IsRefusalOrRedirect(int status) => status >= StatusCodes.Status300MultipleChoices && status != StatusCodes.Status304NotModified;

    // The name of an asset contains a hash of its content. Browsers revalidate everything else.
    private static string CachingOf(PathString path) => path.StartsWithSegments("/assets") ? "public, max-age=31536000, immutable" : "no-cache";
}
