namespace Chat.Hosting;

/// <summary>Keeps contents, tokens and keys out of the log, and lines with which any caller could fill it.</summary>
internal static class LogFilters
{
    private const string Framework = "Microsoft.AspNetCore";

    private static readonly string[] Silent =
    [
        // Its request lines contain the query string with user ids and tokens; those of RequestLog do not.
        "Microsoft.AspNetCore.Hosting.Diagnostics",
        // It logs the request line or the header that it could not read.
        "Microsoft.AspNetCore.Server.Kestrel.BadRequests",
    ];

    public static void AddTo(IHostApplicationBuilder builder)
    {
        builder.Services.PostConfigure<LoggerFilterOptions>(Silence);
        // Without a settings file, too, the framework's lines for each request are omitted.
        if (builder.Configuration[$"Logging:LogLevel:{Framework}"] is null)
            builder.Logging.AddFilter(Framework, LogLevel.Warning);
    }

    // After all other rules, because the last one wins; and for each provider with own rules, because it ignores the general ones.
    private static void Silence(LoggerFilterOptions options)
    {
        foreach (var provider in options.Rules.Select(rule => rule.ProviderName).Append(null).Distinct().ToList())
            foreach (var category in Silent)
                options.Rules.Add(new LoggerFilterRule(provider, category, LogLevel.None, null));
    }
}
