using System.Diagnostics;
using System.Text;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Samples;

/// <summary>Runs a sample that is not a .NET program, with its input, output and error output.</summary>
internal sealed class RunningProgram : IAsyncDisposable
{
    private readonly Lines shown = new();
    private readonly Lines notes = new();
    private readonly Process process;

    private RunningProgram(ProcessStartInfo start)
    {
        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Add(shown, line.Data);
        process.ErrorDataReceived += (_, line) => Add(notes, line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public List<string> Shown => shown.ToList();

    public static RunningProgram Start(string program, params string[] arguments) => new(new ProcessStartInfo(program, arguments)
    {
        WorkingDirectory = Path.Combine(Repository.Folder, "samples", "raw"),
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        StandardInputEncoding = new UTF8Encoding(false),
        StandardOutputEncoding = Encoding.UTF8,
    });

    public async Task TypeAsync(params IEnumerable<string> lines)
    {
        foreach (var line in lines)
            await process.StandardInput.WriteLineAsync(line);
        await process.StandardInput.FlushAsync();
    }

    public Task WaitForLineAsync(string line) => Wait.ForAsync(shown.LineAsync(shown => shown == line), $"\"{line}\"", ToString);

    /// <summary>Waits for a line of the error output that begins with a text.</summary>
    public Task WaitForNoteAsync(string text) =>
        Wait.ForAsync(notes.LineAsync(line => line.StartsWith(text, StringComparison.Ordinal)), $"\"{text}\"", ToString);

    /// <summary>Closes the input, and waits for the exit.</summary>
    public Task<int> EndInputAsync()
    {
        process.StandardInput.Close();
        return EndAsync();
    }

    /// <summary>Waits for the exit, and returns the exit code.</summary>
    public async Task<int> EndAsync()
    {
        await Wait.ForAsync(ExitAsync(), "The end of the program", ToString);
        return process.ExitCode;
    }

    public override string ToString() => $"{shown}\n{notes}";

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
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
}
