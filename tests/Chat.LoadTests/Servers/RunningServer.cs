using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Chat.LoadTests.Native;

namespace Chat.LoadTests.Servers;

/// <summary>A server's process with an empty database in a folder of its own. It can be killed, and started again on the same port and database.</summary>
internal sealed partial class RunningServer : IDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(120);

    private readonly MeasuredServer server;
    private readonly string cores;
    private readonly ConcurrentQueue<string> output = new();
    private Process process = null!;

    /// <param name="cores">The cores that the process may use, as taskset writes them.</param>
    public RunningServer(MeasuredServer server, string cores)
    {
        (this.server, this.cores) = (server, cores);
        AppDomain.CurrentDomain.ProcessExit += OnExit;
        try
        {
            Start();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("chat-load-").FullName;

    public int Port { get; private set; }

    /// <summary>The last lines that the server has printed.</summary>
    public string Output => string.Join('\n', output.TakeLast(20));

    /// <summary>Processor time of all its threads, in seconds. The kernel counts it in ticks of 10 ms.</summary>
    public double ProcessorSeconds
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime.TotalSeconds;
        }
    }

    /// <summary>Resident memory in bytes.</summary>
    public long MemoryBytes
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64;
        }
    }

    /// <summary>Starts the process, and waits until it listens.</summary>
    public void Start()
    {
        string[] command = ["-c", cores, .. Programs.CommandLine(server.Program, Port)];
        var start = new ProcessStartInfo("taskset", command) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Folder };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        start.Environment["NODE_ENV"] = "production";
        start.Environment["Chat__Storage__Path"] = Path.Combine(Folder, "chat.db");
        foreach (var (key, value) in server.Settings)
            start.Environment[key] = value;
        using var listening = new ManualResetEventSlim();
        process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null)
                return;
            output.Enqueue(line.Data);
            if (Listening().Match(line.Data) is { Success: true } match)
            {
                Port = int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
                listening.Set();
            }
        };
        process.ErrorDataReceived += (_, line) => output.Enqueue(line.Data ?? "");
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        for (var end = Clock.Now + Clock.FromSeconds(StartLimit.TotalSeconds); !listening.Wait(20);)
            if (process.HasExited || Clock.Now > end)
                throw new InvalidOperationException($"{server.Name} did not start:\n{Output}");
    }

    /// <summary>Kills the process, and waits for its end.</summary>
    public void Kill()
    {
        if (!process.HasExited)
            process.Kill();
        process.WaitForExit();
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        Kill();
        process.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    // An interrupted lab leaves no server behind.
    private void OnExit(object? sender, EventArgs e)
    {
        Kill();
        Directory.Delete(Folder, recursive: true);
    }

    [GeneratedRegex(@"Now listening on: http://127\.0\.0\.1:(\d+)")]
    private static partial Regex Listening();
}
