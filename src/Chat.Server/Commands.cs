using Chat.Server.Messaging;

namespace Chat.Server;

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
        if (args is not [var name, ..] || IsSetting(name))
            return null;
        if (!All.TryGetValue(name, out var command))
        {
            Console.Error.WriteLine($"There is no command '{name}'. Commands: {string.Join(", ", All.Keys)}. Without a command the server starts.");
            return 1;
        }
        var builder = createBuilder();
        builder.AddChat();
        await using var app = builder.Build();
        return command(app);
    }

    // The forms that the command line takes: --key=value, --key value, /key value, key=value.
    private static bool IsSetting(string argument) => argument is "" or ['-' or '/', ..] || argument.Contains('=', StringComparison.Ordinal);

    private static int Compact(WebApplication app)
    {
        var done = app.Services.GetRequiredService<ILogCompactor>().Compact();
        Console.WriteLine(
            $"Compacted {done.Path}: {ByteText.Of(done.BytesBefore)} before, {ByteText.Of(done.BytesAfter)} now. From now on the server gives unused space back itself.");
        return 0;
    }
}
