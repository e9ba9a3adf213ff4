using System.Reflection;
using Microsoft.Extensions.FileProviders;

namespace Chat.Server.Web;

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
        if (Directory.Exists(app.Environment.WebRootPath))
            app.UseStaticFiles();
        var raw = new PhysicalFileProvider(Path.Combine(AppContext.BaseDirectory, "raw"));
        app.UseFileServer(new FileServerOptions { RequestPath = "/raw", FileProvider = raw, RedirectToAppendTrailingSlash = true });
        app.MapGet("/", (IWebHostEnvironment environment) => Built(environment, "index.html"));
        app.MapGet("/dashboard", (IWebHostEnvironment environment) => Built(environment, "dashboard.html"));
        if (WhyNotBuilt is null && Find(app.Environment, "index.html") is null)
            LogMissing(app.Logger, app.Environment.WebRootPath ?? Path.Combine(AppContext.BaseDirectory, "wwwroot"));
    }

    private static IResult Built(IWebHostEnvironment environment, string file) =>
        Find(environment, file) is { } page ? Results.File(page, "text/html; charset=utf-8") : Results.Text(Missing);

    private static string? Find(IWebHostEnvironment environment, string file) =>
        environment.WebRootFileProvider.GetFileInfo(file) is { Exists: true, PhysicalPath: var path } ? path : null;

    [LoggerMessage(50, LogLevel.Warning, "The web page is missing: {Folder} holds no index.html. Copy wwwroot of the built server there.")]
    private static partial void LogMissing(ILogger logger, string folder);
}
