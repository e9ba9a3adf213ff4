namespace Chat.Server.Web;

/// <summary>The page at <c>/</c>, where <c>wwwroot</c> has one.</summary>
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
                    The chat server runs. Its web page is not part of this build:
                    open samples/raw/index.html, or start samples/Chat.Console.

                    """));
    }
}
