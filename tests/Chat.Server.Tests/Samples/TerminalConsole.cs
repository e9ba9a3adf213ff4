using System.Diagnostics;
using System.Text;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Samples;

/// <summary>Runs samples/Chat.Console on a terminal: sends keys and reads the terminal's output.</summary>
internal sealed class TerminalConsole : IAsyncDisposable
{
    public const string Left = "\u001b[D", Up = "\u001b[A", Home = "\u001b[H", Backspace = "\u007f", Enter = "\r", Interrupt = "\u0003", EndOfInput = "\u0004";

    private readonly StringBuilder written = new();
    private readonly Process process;

    private TerminalConsole(ProcessStartInfo start)
    {
        process = Process.Start(start)!;
        _ = ReadAsync();
    }

    /// <summary>All output to the terminal.</summary>
    public string Written
    {
        get { lock (written) return written.ToString(); }
    }

    /// <summary>The last line of the terminal, without colours.</summary>
    public string LastLine
    {
        get
        {
            var line = Written[(Written.LastIndexOfAny(['\r', '\n']) + 1)..];
            return System.Text.RegularExpressions.Regex.Replace(line, "\u001b\\[[0-9;?]*[A-Za-z]", "");
        }
    }

    public static TerminalConsole Start(IRunningServer server, string user, string? to = null)
    {
        // The test run may ignore SIGINT, and children inherit that.
        var command = $"stty cols 100 rows 30; exec env --default-signal=INT dotnet '{Repository.Program("samples/Chat.Console")}' --url {server.Address} --user {user} {(to is null ? "" : $"--to {to}")}";
        var start = new ProcessStartInfo("script", ["--quiet", "--return", "--command", command, "/dev/null"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = Encoding.UTF8,
        };
        start.Environment["XDG_DATA_HOME"] = Path.Combine(server.Folder, $"data of {user}");
        start.Environment["TERM"] = "xterm-256color";
        start.Environment["SHELL"] = "/bin/sh";
        return new TerminalConsole(start);
    }

    public async Task PressAsync(params string[] keys)
    {
        await process.StandardInput.WriteAsync(string.Concat(keys));
        await process.StandardInput.FlushAsync();
    }

    /// <summary>Waits until the output contains a text.</summary>
    public Task WaitForTextAsync(string text) =>
        Wait.UntilAsync(() => Task.FromResult(Written.Contains(text, StringComparison.Ordinal)), $"\"{text}\" in {Written}");

    /// <summary>Waits until the last line ends with a text.</summary>
    public Task WaitForInputAsync(string text) =>
        Wait.UntilAsync(() => Task.FromResult(LastLine.EndsWith(text, StringComparison.Ordinal)), $"\"{text}\" at the end of {Written}");

    public async Task<int> EndAsync()
    {
        await Wait.ForAsync(ExitAsync(), "The end of the console", () => Written);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private async Task ReadAsync()
    {
        var characters = new char[4096];
        while (await process.StandardOutput.ReadAsync(characters) is > 0 and var count)
            lock (written)
                written.Append(characters, 0, count);
    }

    private async Task<bool> ExitAsync()
    {
        await process.WaitForExitAsync();
        return true;
    }
}
