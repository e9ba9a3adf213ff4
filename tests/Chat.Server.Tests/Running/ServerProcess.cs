using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Chat.Server.Tests.Running;

/// <summary>The server in its own process. A test can kill it and start it again on the same port and log.</summary>
public sealed partial class ServerProcess : IRunningServer
{
    private readonly Dictionary<string, string> settings;
    private readonly string[] launcher;
    private readonly ConcurrentQueue<string> output = new();
    private Process? process;
    private string urls = "http://127.0.0.1:0";

    /// <param name="launcher">A program that runs the server, such as strace, and its arguments.</param>
    public ServerProcess(Dictionary<string, string>? settings = null, string[]? launcher = null) =>
        (this.settings, this.launcher) = (new(settings ?? []), launcher ?? []);

    /// <summary>The address to listen on; by default a free port of 127.0.0.1.</summary>
    public string Urls { init => urls = value; }

    /// <summary>The program; by default the one that was built with the tests.</summary>
    public string Program { get; init; } = Path.Combine(AppContext.BaseDirectory, "chat-server.dll");

    /// <summary>The current folder of the process; by default <see cref="Folder"/>.</summary>
    public string? StartedIn { get; init; }

    /// <summary>Further arguments of the command line.</summary>
    public string[] Arguments { get; init; } = [];

    public string Folder { get; } = Directory.CreateTempSubdirectory("chat-").FullName;
    public string Database => Path.Combine(Folder, "chat.db");
    public Uri Address => new(urls);
    public string Output => string.Join('\n', output);
    string IRunningServer.LogText => Output;
    public int Id => process!.Id;

    /// <summary>Returns a server that has started.</summary>
    public static async Task<ServerProcess> StartedAsync(Dictionary<string, string>? settings = null)
    {
        var server = new ServerProcess(settings);
        try
        {
            await server.StartAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Changes a setting before the next start.</summary>
    public void Set(string key, string value) => settings[key] = value;

    /// <summary>Starts the server and waits until it answers.</summary>
    public async Task StartAsync()
    {
        Launch();
        var listening = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        process!.OutputDataReceived += (_, line) =>
        {
            if (Listening().Match(line.Data ?? "") is { Success: true } match)
            {
                urls = match.Groups[1].Value;
                listening.TrySetResult(true);
            }
        };
        process.Exited += (_, _) => listening.TrySetException(new InvalidOperationException($"The server ended:\n{Output}"));
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await Wait.ForAsync(listening.Task, "The server's start", () => Output);
    }

    /// <summary>Runs a server that is expected not to start, and returns its exit code.</summary>
    public async Task<int> RunAsync()
    {
        Launch();
        process!.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return await WaitForExitAsync();
    }

    public async Task<int> WaitForExitAsync()
    {
        using var limit = new CancellationTokenSource(Wait.Long);
        await process!.WaitForExitAsync(limit.Token);
        return process.ExitCode;
    }

    /// <summary>Kills the process, and waits for its end.</summary>
    public void Kill()
    {
        process!.Kill();
        process.WaitForExit();
    }

    /// <summary>Sends SIGTERM, and returns the exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        await SignalAsync("TERM");
        return await WaitForExitAsync();
    }

    /// <summary>Sends the process a signal.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{Id}"]);
        await kill.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false })
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }
        process?.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private void Launch()
    {
        string[] command = [.. launcher, "dotnet", Program, "--urls", urls, .. Arguments];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = StartedIn ?? Folder,
        };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        start.Environment["Chat__Identity__Mode"] = "Claimed";
        start.Environment["Chat__Storage__Path"] = Database;
        foreach (var (key, value) in NoLimits.Settings.Concat(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))))
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        process?.Dispose();
        process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.OutputDataReceived += (_, line) => output.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => output.Enqueue(line.Data ?? "");
        process.Start();
    }

    [GeneratedRegex(@"Now listening on: (http://\S+)")]
    private static partial Regex Listening();
}
