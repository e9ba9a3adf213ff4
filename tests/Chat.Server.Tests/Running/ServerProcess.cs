using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Chat.Server.Tests.Running;

/// <summary>The server as a process of its own, that can be killed and started again on the same port and log.</summary>
public sealed partial class ServerProcess : IAsyncDisposable
{
    private readonly Dictionary<string, string> settings;
    private readonly string[] launcher;
    private readonly ConcurrentQueue<string> output = new();
    private Process? process;
    private string urls = "http://127.0.0.1:0";

    /// <summary>Where it listens, if not on a free port.</summary>
    public string Urls { init => urls = value; }

    /// <param name="launcher">A program and its arguments that run the server, such as strace.</param>
    public ServerProcess(Dictionary<string, string>? settings = null, string[]? launcher = null) =>
        (this.settings, this.launcher) = (new(settings ?? []), launcher ?? []);

    /// <summary>The program, if not the one that was built with the tests.</summary>
    public string Program { get; init; } = Path.Combine(AppContext.BaseDirectory, "chat-server.dll");

    /// <summary>The folder that it is started in; <see cref="Folder"/> if none is given.</summary>
    public string? StartedIn { get; init; }

    /// <summary>More arguments of the command line.</summary>
    public string[] Arguments { get; init; } = [];

    public string Folder { get; } = Directory.CreateTempSubdirectory("chat-").FullName;
    public string Database => Path.Combine(Folder, "chat.db");
    public Uri Address => new(urls);
    public string Output => string.Join('\n', output);
    public int Id => process!.Id;

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
        await Wait.ForAsync(listening.Task, $"The server's start\n{Output}");
    }

    /// <summary>Runs a server that is expected not to start; returns its exit code.</summary>
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

    /// <summary>Ends the server as a power switch would end its process.</summary>
    public void Kill()
    {
        process!.Kill();
        process.WaitForExit();
    }

    /// <summary>Asks the server to end, and returns its exit code.</summary>
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
        foreach (var (key, value) in Shares.None.Concat(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))))
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
