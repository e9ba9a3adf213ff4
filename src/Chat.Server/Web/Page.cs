using Microsoft.Extensions.FileProviders;

namespace Chat.Server.Web;

/// <summary>The pages at <c>/</c> and <c>/dashboard</c>: samples/web, which the build leaves in <c>wwwroot</c> where there is a Node.js; and the
/// old page at <c>/raw/</c>: samples/raw.</summary>
internal static class Page
{
    private const string NotBuilt = """
        The chat server runs. Its web page is not here, because it was built without Node.js: install Node.js 22.12 or newer
        from https://nodejs.org, build the server again, and this address shows the page.
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
    }

    private static IResult Built(IWebHostEnvironment environment, string file) =>
        environment.WebRootFileProvider.GetFileInfo(file) is { Exists: true, PhysicalPath: { } page }
            ? Results.File(page, "text/html; charset=utf-8")
            : Results.Text(NotBuilt);
}
