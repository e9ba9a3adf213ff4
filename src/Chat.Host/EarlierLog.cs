namespace Chat.Hosting;

/// <summary>Finds a log that an earlier version kept in the folder of <c>src/Chat.Server</c>, from where the program has moved.</summary>
internal static partial class EarlierLog
{
    private const string StoragePath = "Chat:Storage:Path";

    /// <summary>Warns that the start begins a new log, and says how to move the old one. Must run before the log is opened.</summary>
    public static void Warn(WebApplication app)
    {
        var root = app.Environment.ContentRootPath;
        var (now, earlier) = (Path.Combine(root, "data"), Path.GetFullPath(Path.Combine(root, "..", "Chat.Server", "data")));
        if (string.IsNullOrEmpty(app.Configuration[StoragePath]) && !File.Exists(Path.Combine(now, "chat.db")) && File.Exists(Path.Combine(earlier, "chat.db")))
            LogEarlier(app.Logger, earlier, now);
    }

    [LoggerMessage(51, LogLevel.Warning, "An earlier version kept its message log in {Earlier}; this start begins a new one in {Now}. "
        + "To have the old messages instead of the new ones, stop the server and run: rm -f '{Now}'/chat.db* && mv '{Earlier}'/chat.db* '{Now}'/")]
    private static partial void LogEarlier(ILogger logger, string earlier, string now);
}
