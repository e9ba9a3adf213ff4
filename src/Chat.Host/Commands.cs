using System.Globalization;
using Chat.Server;

namespace Chat.Hosting;

/// <summary>Commands that the program runs instead of serving: its first argument names the command, and settings may follow.</summary>
internal static class Commands
{
    private static readonly Dictionary<string, Func<WebApplication, int>> All = new(StringComparer.Ordinal) { ["compact"] = Compact };

    /// <summary>Runs the command that the arguments name.</summary>
    /// <param name="args">The program's arguments.</param>
    /// <param name="createBuilder">Reads the settings that the server would read.</param>
    /// <returns>The program's exit code; null when the arguments name no command.</returns>
    /// <exception cref="LogOpenException">The log cannot be used.</exception>
    public static async Task<int?> RunAsync(string[] args, Func<WebApplicationBuilder> createBuilder)
    {
        var name = args is [var first, ..] && !IsSetting(first) ? first : null;
        if (name is not null && !All.ContainsKey(name))
            return Refuse($"There is no command '{name}'. Commands: {string.Join(", ", All.Keys)}. Without a command the server starts.");
        if (Stray(name is null ? args : args[1..]) is { } stray)
            return Refuse($"'{stray}' is not a setting: settings are --key=value, --key value or key=value. A command stands first.");
        if (name is null)
            return null;
        var builder = createBuilder();
        builder.AddChat();
        await using var app = builder.Build();
        return All[name](app);
    }

    private static int Refuse(string reason)
    {
        Console.Error.WriteLine(reason);
        return 1;
    }

    // The forms that the command line takes: --key=value, --key value, /key value, key=value.
    private static bool IsSetting(string argument) => argument is "" or ['-' or '/', ..] || argument.Contains('=', StringComparison.Ordinal);

    /// <summary>The first argument that belongs to no setting; null when there is none.</summary>
    private static string? Stray(string[] args)
    {
        for (var i = 0; i < args.Length; i++)
            if (!IsSetting(args[i]))
                return args[i];
            else if (!args[i].Contains('=', StringComparison.Ordinal))
                i++; // its value
        return null;
    }

    private static int Compact(WebApplication app)
    {
        var done = app.CompactChatLog();
        Console.WriteLine(
            $"Compacted {done.Path}: {Mebibytes(done.BytesBefore)} before, {Mebibytes(done.BytesAfter)} now. From now on the server gives unused space back itself.");
        return 0;
    }

    private static string Mebibytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{(double)bytes / (1 << 20):0.0} MiB");
}
