using System.Diagnostics;
using System.Text;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Samples;

/// <summary>A sample that is no .NET program, as somebody runs it in a shell: its input, its output, and what it says about itself.</summary>
internal sealed class RunningProgram : IAsyncDisposable
{
    private readonly Lines shown = new();
    private readonly Lines said = new();
    private readonly Process process;

    private RunningProgram(ProcessStartInfo start)
    {
        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Add(shown, line.Data);
        process.ErrorDataReceived += (_, line) => Add(said, line.Data);
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

    public Task ShownAsync(string line) => Wait.ForAsync(shown.LineAsync(shown => shown == line), $"\"{line}\"", ToString);

    /// <summary>Waits for something that it says about itself.</summary>
    public Task SaidAsync(string text) =>
        Wait.ForAsync(said.LineAsync(line => line.StartsWith(text, StringComparison.Ordinal)), $"\"{text}\"", ToString);

    /// <summary>Ends its input, and waits until it has ended by itself.</summary>
    public Task<int> EndInputAsync()
    {
        process.StandardInput.Close();
        return EndAsync();
    }

    /// <summary>Waits until it has ended by itself.</summary>
    public async Task<int> EndAsync()
    {
        await Wait.ForAsync(ExitAsync(), "The end of the program", ToString);
        return process.ExitCode;
    }

    public override string ToString() => $"{shown}\n{said}";

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
