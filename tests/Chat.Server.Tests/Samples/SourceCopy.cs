using System.Diagnostics;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Samples;

/// <summary>A copy of the sources as in a fresh clone. Builds in it do not change the repository.</summary>
public sealed class SourceCopy : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    public string Folder { get; } = Directory.CreateTempSubdirectory("chat-").FullName;

    public async Task InitializeAsync()
    {
        var files = await RunAsync("git", ["-C", Repository.Folder, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
        foreach (var file in files.Split(['\0', '\n'], StringSplitOptions.RemoveEmptyEntries).Where(file => File.Exists(Path.Combine(Repository.Folder, file))))
        {
            var target = Path.Combine(Folder, file);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(Path.Combine(Repository.Folder, file), target);
        }
    }

    /// <summary>Makes a folder with only these programs, for <c>PATH</c>.</summary>
    public string PathWithOnly(params string[] programs)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Folder, "only " + string.Join(' ', programs))).FullName;
        foreach (var program in programs)
            File.CreateSymbolicLink(Path.Combine(folder, program),
                Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(known => Path.Combine(known, program)).First(File.Exists));
        return folder;
    }

    /// <summary>Runs a command of the SDK and returns its output. Throws if the command fails.</summary>
    // Without analyzers, which take most of a build and have seen these sources already.
    public Task<string> DotnetAsync(string[] arguments, string? path = null) =>
        RunAsync("dotnet", [.. arguments, "--disable-build-servers", "-p:RunAnalyzers=false"], path);

    public Task DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return Task.CompletedTask;
    }

    private async Task<string> RunAsync(string program, string[] arguments, string? path = null)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true };
        // Child processes of "dotnet test" inherit its MSBuild settings.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        if (path is not null)
            start.Environment["PATH"] = path;
        using var process = Process.Start(start)!;
        var written = new Lines();
        process.OutputDataReceived += (_, line) => written.Add(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => written.Add(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await Wait.ForAsync(EndAsync(process), $"The end of {program} {arguments[0]}", written.ToString, Limit);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
        process.ExitCode.Should().Be(0, because: $"{written}");
        return written.ToString();
    }

    private static async Task<bool> EndAsync(Process process)
    {
        await process.WaitForExitAsync();
        return true;
    }
}
