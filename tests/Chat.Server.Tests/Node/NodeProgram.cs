using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Node;

/// <summary>A program in this folder. It writes a line for each step, and a line of JSON at its end.</summary>
internal sealed class NodeProgram : IAsyncDisposable
{
    private readonly Process process;
    private readonly Task<string> errors;

    private NodeProgram(Process process) => (this.process, errors) = (process, process.StandardError.ReadToEndAsync());

    public static async Task InstallAsync()
    {
        await using var npm = new NodeProgram(Launch("npm", "ci", "--no-audit", "--no-fund", "--prefer-offline"));
        await npm.process.StandardOutput.ReadToEndAsync();
        await npm.EndAsync();
    }

    public static NodeProgram Start(string name, Uri server) => new(Launch("node", name, server.ToString().TrimEnd('/')));

    public async Task LineAsync(string expected)
    {
        var line = await Wait.ForAsync(process.StandardOutput.ReadLineAsync(), expected);
        line.Should().Be(expected, because: line is null ? await errors : "");
    }

    public Task WriteLineAsync(string line) => process.StandardInput.WriteLineAsync(line);

    public async Task<JsonNode> ResultAsync()
    {
        var output = await Wait.ForAsync(process.StandardOutput.ReadToEndAsync(), "The end of the program");
        await EndAsync();
        return JsonNode.Parse(output)!;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private async Task EndAsync()
    {
        await process.WaitForExitAsync();
        process.ExitCode.Should().Be(0, because: await errors);
    }

    private static Process Launch(string program, params string[] arguments) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        WorkingDirectory = Folder(),
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    private static string Folder([CallerFilePath] string thisFile = "") => Path.GetDirectoryName(thisFile)!;
}
