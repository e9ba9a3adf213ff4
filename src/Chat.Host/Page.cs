using System.Reflection;
using Chat.Server.Configuration;
using Microsoft.Extensions.FileProviders;

namespace Chat.Hosting;

/// <summary>The pages at <c>/</c> and <c>/dashboard</c>: samples/web, which the build leaves in <c>wwwroot</c> where there is a Node.js; and the
/// old page at <c>/raw/</c>: samples/raw.</summary>
internal static partial class Page
{
    // The build says so; null when it made the page.
    private static readonly string? WhyNotBuilt =
        typeof(Page).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(data => data.Key == nameof(WhyNotBuilt))?.Value;

    private static readonly string Missing = WhyNotBuilt is null
        ? """
        The chat server runs. Its web page is not here, because the page's files are missing.
        The server's log names the folder where they belong.
        Until then, open /raw/, or start samples/Chat.Console.

        """
        : $"""
        The chat server runs. Its web page is not here, because it was built without it: {WhyNotBuilt}.
        To get the page, install Node.js 22.12 or newer from https://nodejs.org and build the server again.
        Until then, open /raw/, or start samples/Chat.Console.

        """;

    public static void MapPage(this WebApplication app)
    {
        app.Use((context, next) => AddressOf(context.Request) is { } address ? RedirectAsync(context, address) : next(context));
        if (Directory.Exists(app.Environment.WebRootPath))
            app.UseStaticFiles();
        var raw = new PhysicalFileProvider(Path.Combine(AppContext.BaseDirectory, "raw"));
        app.UseFileServer(new FileServerOptions { RequestPath = "/raw", FileProvider = raw });
        app.MapGet("/", (IWebHostEnvironment environment) => Built(environment, "index.html")).AnswerHead();
        app.MapGet("/dashboard", (IWebHostEnvironment environment) => Built(environment, "dashboard.html")).AnswerHead();
        if (WhyNotBuilt is null && Find(app.Environment, "index.html") is null)
            LogMissing(app.Logger, app.Environment.WebRootPath ?? Path.Combine(AppContext.BaseDirectory, "wwwroot"));
    }

    /// <summary>The address that a page's own relative addresses begin at, where the request has another; null where it is right.</summary>
    /// <remarks>It is relative: a proxy may have removed a prefix of which the server does not know.</remarks>
    private static string? AddressOf(HttpRequest request) => request.Path.Value?.ToLowerInvariant() switch
    {
        _ when !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method) => null,
        null or "" when request.PathBase.ToUriComponent() is { Length: > 0 } prefix => prefix[(prefix.LastIndexOf('/') + 1)..] + "/",
        "/raw" => "raw/",
        "/dashboard/" => "../dashboard",
        _ => null,
    };

    private static Task RedirectAsync(HttpContext context, string address)
    {
        context.Response.StatusCode = StatusCodes.Status302Found;
        context.Response.Headers.Location = address + context.Request.QueryString;
        return Task.CompletedTask;
    }

    private static IResult Built(IWebHostEnvironment environment, string file) =>
        Find(environment, file) is { } page ? Results.File(page, "text/html; charset=utf-8") : Results.Text(Missing);

    private static string? Find(IWebHostEnvironment environment, string file) =>
        environment.WebRootFileProvider.GetFileInfo(file) is { Exists: true, PhysicalPath: var path } ? path : null;

    [LoggerMessage(50, LogLevel.Warning, "The web page is missing: {Folder} holds no index.html. Copy wwwroot of the built server there.")]
    private static partial void LogMissing(ILogger logger, string folder);
}
