using System.Diagnostics;
using System.Text;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Samples;

/// <summary>Runs samples/Chat.Console as a process and reads its output.</summary>
internal sealed class RunningConsole : IAsyncDisposable
{
    private const int TimeAndSpace = 6;

    private readonly Lines shown = new();
    private readonly Lines notes = new();
    private readonly string user;
    private readonly Process process;

    private RunningConsole(string user, ProcessStartInfo start)
    {
        this.user = user;
        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Add(shown, line.Data);
        process.ErrorDataReceived += (_, line) => Add(notes, line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>The shown messages, without their times.</summary>
    public List<string> Shown => shown.ToList().ConvertAll(line => line[TimeAndSpace..]);

    /// <summary>All lines of the output.</summary>
    public List<string> Output => shown.ToList();

    /// <param name="at">Another address than the server's own.</param>
    /// <param name="more">More arguments.</param>
    public static RunningConsole Start(IRunningServer server, string user, string? to = null, Uri? at = null, params string[] more) =>
        StartWith(server, user, ["--url", $"{at ?? server.Address}", "--user", user, .. to is null ? (string[])[] : ["--to", to], .. more]);

    /// <param name="command">A shell command in which <c>"$@"</c> is the console.</param>
    public static RunningConsole StartInShell(IRunningServer server, string user, string command, params string[] more) =>
        StartWith(server, user, ["--url", $"{server.Address}", "--user", user, .. more], shell: ["bash", "-c", command, "bash"]);

    /// <param name="name">Names the console in failures, and its data folder.</param>
    /// <param name="token">The value of CHAT_TOKEN.</param>
    /// <param name="shell">The command that starts it.</param>
    public static RunningConsole StartWith(IRunningServer server, string name, string[] arguments, string? token = null, params string[] shell)
    {
        string[] command = [.. shell, "dotnet", Repository.Program("samples/Chat.Console"), .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        // Keeps saved positions for the next start of the same test, and from other tests.
        start.Environment["XDG_DATA_HOME"] = DataOf(server, name);
        start.Environment["CHAT_TOKEN"] = token;
        return new RunningConsole(name, start);
    }

    /// <summary>Returns the folder of its saved positions.</summary>
    public static string DataOf(IRunningServer server, string name) => Path.Combine(server.Folder, $"data of {name}");

    public async Task TypeAsync(params IEnumerable<string> lines)
    {
        foreach (var line in lines)
            await process.StandardInput.WriteLineAsync(line);
    }

    /// <summary>Waits for a message on the output.</summary>
    public Task WaitForMessageAsync(string message) => Wait.ForAsync(shown.LineAsync(line => line[TimeAndSpace..] == message), $"\"{message}\"", ToString);

    /// <summary>Waits for a line of the error output.</summary>
    public Task WaitForNoteAsync(string text) => Wait.ForAsync(notes.LineAsync(line => line == text), $"\"{text}\"", ToString);

    /// <summary>Waits for a line of the error output that begins with a text.</summary>
    public Task WaitForNoteStartAsync(string start) =>
        Wait.ForAsync(notes.LineAsync(line => line.StartsWith(start, StringComparison.Ordinal)), $"\"{start}…\"", ToString);

    /// <summary>Closes the input, as a pipe does, and waits for the exit.</summary>
    public Task<int> EndInputAsync()
    {
        process.StandardInput.Close();
        return EndAsync();
    }

    /// <summary>Suspends the process, like a closed laptop.</summary>
    public Task SuspendAsync() => SignalAsync("-STOP");

    public Task WakeAsync() => SignalAsync("-CONT");

    public async Task<int> QuitAsync()
    {
        await TypeAsync("/quit");
        return await EndAsync();
    }

    /// <summary>Waits for the exit, and returns the exit code.</summary>
    public async Task<int> EndAsync()
    {
        await Wait.ForAsync(ExitAsync(), "The end of the console", ToString);
        return process.ExitCode;
    }

    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    public override string ToString() => $"{shown}\n{notes}\n(the console of {user})";

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            await KillAsync();
        process.Dispose();
    }

    private static void Add(Lines lines, string? line)
    {
        if (line is not null)
            lines.Add(line);
    }

    private async Task<bool> ExitAsync()
    {
        await process.WaitForExitAsync();
        return true;
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [signal, $"{process.Id}"]);
        await kill.WaitForExitAsync();
        kill.ExitCode.Should().Be(0);
    }
}
