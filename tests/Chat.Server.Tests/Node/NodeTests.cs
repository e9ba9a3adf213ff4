using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Node;

/// <summary>The npm packages that browsers and Node programs use.</summary>
public sealed class NodeTests
{
    [Fact]
    public async Task TheNpmClientsTalkToEachOther()
    {
        await RunAsync("npm", "ci", "--no-audit", "--no-fund");
        await using var server = await TestServer.StartAsync();
        var result = JsonNode.Parse(await RunAsync("node", "talk.mjs", server.Address.ToString().TrimEnd('/')))!;
        result["received"]!.AsArray().Select(text => (string?)text).Should().Equal("hub>raw:one", "hub>raw:two", "raw>hub:hi: there 😀");
        result["frames"]!.AsArray().Select(text => (string?)text).Should().Equal("hub:one", "hub:two");
        ((bool?)result["receipt"]!["duplicate"]).Should().BeFalse();
        ((bool?)result["again"]!["duplicate"]).Should().BeTrue();
        ((int?)result["resumed"]).Should().Be(3);
        ((int?)result["code"]).Should().BeOneOf(1000, 1005);
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Folder(),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        await process.WaitForExitAsync(limit.Token);
        process.ExitCode.Should().Be(0, because: $"{program} said {await errors}");
        return await output;
    }

    private static string Folder([CallerFilePath] string thisFile = "") => Path.GetDirectoryName(thisFile)!;
}
