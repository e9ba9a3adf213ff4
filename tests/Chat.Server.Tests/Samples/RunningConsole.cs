using System.Diagnostics;
using System.Text;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Samples;

/// <summary>samples/Chat.Console as a process of its own, and what can be read on it.</summary>
internal sealed class RunningConsole : IAsyncDisposable
{
    private const int TimeAndSpace = 6;

    private readonly Lines shown = new();
    private readonly Lines said = new();
    private readonly string user;
    private readonly Process process;

    private RunningConsole(string user, ProcessStartInfo start)
    {
        this.user = user;
        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Add(shown, line.Data);
        process.ErrorDataReceived += (_, line) => Add(said, line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>The messages on it, without their times.</summary>
    public List<string> Shown => shown.ToList().ConvertAll(line => line[TimeAndSpace..]);

    /// <param name="at">Another address than the server's own.</param>
    public static RunningConsole Start(ServerProcess server, string user, string? to = null, Uri? at = null)
    {
        var start = new ProcessStartInfo("dotnet", [Repository.Program("samples/Chat.Console"), "--url", $"{at ?? server.Address}", "--user", user])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach (var argument in to is null ? (string[])[] : ["--to", to])
            start.ArgumentList.Add(argument);
        // What it has shown is remembered here: for its next start, but not for another test.
        start.Environment["XDG_DATA_HOME"] = Path.Combine(server.Folder, $"data of {user}");
        return new RunningConsole(user, start);
    }

    public async Task TypeAsync(params IEnumerable<string> lines)
    {
        foreach (var line in lines)
            await process.StandardInput.WriteLineAsync(line);
    }

    /// <summary>Waits for a message on it.</summary>
    public Task ShownAsync(string message) => Wait.ForAsync(shown.LineAsync(line => line[TimeAndSpace..] == message), $"\"{message}\"", ToString);

    /// <summary>Waits for something that the console says itself.</summary>
    public Task SaidAsync(string text) => Wait.ForAsync(said.LineAsync(line => line == text), $"\"{text}\"", ToString);

    /// <summary>Stops its clock, as a closed lid would.</summary>
    public Task SuspendAsync() => SignalAsync("-STOP");

    public Task WakeAsync() => SignalAsync("-CONT");

    public async Task<int> QuitAsync()
    {
        await TypeAsync("/quit");
        return await EndAsync();
    }

    /// <summary>Waits until it has ended by itself.</summary>
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

    public override string ToString() => $"{shown}\n{said}\n(the console of {user})";

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
