namespace Chat.Server.Web;

/// <summary>The chat page at <c>/</c>: <c>samples/web</c>, built into <c>wwwroot</c>.</summary>
internal static class Page
{
    public static void MapPage(this WebApplication app)
    {
        if (Directory.Exists(app.Environment.WebRootPath))
            app.UseStaticFiles();
        app.MapGet("/", (IWebHostEnvironment environment) =>
            environment.WebRootFileProvider.GetFileInfo("index.html") is { Exists: true, PhysicalPath: { } page }
                ? Results.File(page, "text/html; charset=utf-8")
                : Results.Text("""
                    The chat server runs, but its web page has not been built.
                    Install Node.js 20 or newer and build the server again: dotnet build src/Chat.Server

                    """));
    }
}
