namespace Chat.Server.Web;

/// <summary>The page at <c>/</c>: samples/web, which the build leaves in <c>wwwroot</c> where there is a Node.js.</summary>
internal static class Page
{
    private const string NotBuilt = """
        The chat server runs. Its web page is not here, because it was built without Node.js: install Node.js 22.12 or newer
        from https://nodejs.org, build the server again, and this address shows the page.
        Until then, open samples/raw/index.html, or start samples/Chat.Console.

        """;

    public static void MapPage(this WebApplication app)
    {
        if (Directory.Exists(app.Environment.WebRootPath))
            app.UseStaticFiles();
        app.MapGet("/", (IWebHostEnvironment environment) =>
            environment.WebRootFileProvider.GetFileInfo("index.html") is { Exists: true, PhysicalPath: { } page }
                ? Results.File(page, "text/html; charset=utf-8")
                : Results.Text(NotBuilt));
    }
}
