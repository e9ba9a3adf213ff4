namespace Chat.Hosting;

/// <summary>Chooses the folder in which the program finds its settings and its page, and in which it keeps its log.</summary>
/// <remarks>A folder that the operator names wins. Else it is the current folder if that holds settings or a log, and else the program's own.</remarks>
internal static class ContentRoot
{
    // The storage's setting and its default, known before there are any settings.
    private const string StoragePath = "Chat:Storage:Path";
    private const string DefaultStoragePath = "data/chat.db";

    public static WebApplicationBuilder CreateBuilder(string[] args)
    {
        var own = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        var current = CurrentFolder(own);
        var host = new ConfigurationBuilder().AddEnvironmentVariables("DOTNET_").AddEnvironmentVariables("ASPNETCORE_").AddCommandLine(args).Build();
        var named = host[HostDefaults.ContentRootKey] is { Length: > 0 } folder ? Path.GetFullPath(folder, own) : null;
        if (named is not null && !Directory.Exists(named))
            throw new DirectoryNotFoundException($"The folder {named}, which --contentRoot names, does not exist. A relative path begins at the program's own folder.");
        var root = named ?? (HoldsSettingsOrLog(current) ? current : own);
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            ContentRootPath = root,
            WebRootPath = host[WebHostDefaults.WebRootKey] is { Length: > 0 } || Directory.Exists(PageIn(root)) || !Directory.Exists(PageIn(own)) ? null : PageIn(own),
        });
        if (named is null && root != current)
            KeepLogInCurrentFolder(builder.Configuration, args, current);
        return builder;
    }

    private static string CurrentFolder(string own)
    {
        try
        {
            return Directory.GetCurrentDirectory();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // It was deleted. The framework asks for it, too.
            Directory.SetCurrentDirectory(own);
            return own;
        }
    }

    private static bool HoldsSettingsOrLog(string folder) =>
        Directory.EnumerateFiles(folder, "appsettings*.json", new EnumerationOptions()).Any() || File.Exists(Path.Combine(folder, DefaultStoragePath));

    private static string PageIn(string folder) => Path.Combine(folder, "wwwroot");

    // A relative path in a settings file begins where the file is. One that came with the start begins where the program was started.
    private static void KeepLogInCurrentFolder(ConfigurationManager configuration, string[] args, string current)
    {
        var started = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args).Build();
        if (started[StoragePath] is { Length: > 0 } path)
            configuration.AddInMemoryCollection([KeyValuePair.Create(StoragePath, (string?)Path.GetFullPath(path, current))]);
    }
}
