namespace Chat.Server.Diagnostics;

/// <summary>Keeps out of the log what must never be in it: contents, tokens and keys; and what any caller could fill it with.</summary>
internal static class LogFilters
{
    private const string Framework = "Microsoft.AspNetCore";

    public static void AddTo(IHostApplicationBuilder builder)
    {
        // The framework's request lines hold the query string, where user ids and tokens are; ours do not.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        // It logs every refusal as an error with its stack; refusals are counted, and faults are logged where refusals are told apart.
        builder.Logging.AddFilter("Microsoft.AspNetCore.SignalR.Internal.DefaultHubDispatcher", LogLevel.None);
        // Lines for each request, also where the settings file is not found that says so: it is looked for where the server is started.
        if (builder.Configuration[$"Logging:LogLevel:{Framework}"] is null)
            builder.Logging.AddFilter(Framework, LogLevel.Warning);
    }
}
