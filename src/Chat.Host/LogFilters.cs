namespace Chat.Hosting;

/// <summary>Keeps out of the log what must never be in it: contents, tokens and keys; and what any caller could fill it with.</summary>
internal static class LogFilters
{
    private const string Framework = "Microsoft.AspNetCore";

    private static readonly string[] Silent =
    [
        // Its request lines hold the query string, where user ids and tokens are; ours do not.
        "Microsoft.AspNetCore.Hosting.Diagnostics",
        // It repeats the line or the header that it could not read.
        "Microsoft.AspNetCore.Server.Kestrel.BadRequests",
        // It logs every refusal as an error with its stack; refusals are counted, and faults are logged where refusals are told apart.
        "Microsoft.AspNetCore.SignalR.Internal.DefaultHubDispatcher",
    ];

    public static void AddTo(IHostApplicationBuilder builder)
    {
        builder.Services.PostConfigure<LoggerFilterOptions>(Silence);
        // Lines for each request, also where the settings file is not found that says so: it is looked for where the server is started.
        if (builder.Configuration[$"Logging:LogLevel:{Framework}"] is null)
            builder.Logging.AddFilter(Framework, LogLevel.Warning);
    }

    // Behind all other rules, because the last one holds; and for each provider that has rules of its own, because it looks at no others.
    private static void Silence(LoggerFilterOptions options)
    {
        foreach (var provider in options.Rules.Select(rule => rule.ProviderName).Append(null).Distinct().ToList())
            foreach (var category in Silent)
                options.Rules.Add(new LoggerFilterRule(provider, category, LogLevel.None, null));
    }
}
