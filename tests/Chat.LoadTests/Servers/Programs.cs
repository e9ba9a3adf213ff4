using System.Diagnostics;
using System.Globalization;

namespace Chat.LoadTests.Servers;

/// <summary>Command lines of the servers' programs. They were built, in the same configuration, with the lab.</summary>
internal static class Programs
{
    private static readonly string Root = FindRoot();
    private static readonly string Output = Path.Combine([.. AppContext.BaseDirectory.TrimEnd('/').Split('/')[^3..]]);

    public static string Artifacts => Path.Combine(Root, "artifacts", "load");

    private static string NodeFolder => Path.Combine(Root, "tests", "Chat.LoadTests.Servers", "node");

    /// <summary>Returns the program and its arguments for a port; port 0 is a free one.</summary>
    public static string[] CommandLine(ServerProgram program, int port)
    {
        var url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");
        return program switch
        {
            ServerProgram.Chat => ["dotnet", Path.Combine(Root, "src", "Chat.Host", Output, "chat-server.dll"), "--urls", url],
            ServerProgram.SignalR => Comparison("signalr", url),
            ServerProgram.Relay => Comparison("relay", url),
            ServerProgram.Legacy => Comparison("legacy", url),
            ServerProgram.Ws => Node("ws.js", port),
            ServerProgram.SocketIo => Node("socketio.js", port),
            _ => throw new ArgumentOutOfRangeException(nameof(program)),
        };
    }

    /// <summary>Installs the packages of the Node servers if they are missing.</summary>
    public static void InstallNodePackages()
    {
        if (File.Exists(Path.Combine(NodeFolder, "node_modules", ".package-lock.json")))
            return;
        if (Environment.GetEnvironmentVariable("PATH")?.Split(':').Any(folder => File.Exists(Path.Combine(folder, "npm"))) != true)
            throw new InvalidOperationException("ws and socket.io need Node.js with npm. Install it, or choose other servers with --servers.");
        using var npm = Process.Start(new ProcessStartInfo("npm", ["ci", "--prefer-offline", "--loglevel=error"]) { WorkingDirectory = NodeFolder })!;
        npm.WaitForExit();
        if (npm.ExitCode != 0)
            throw new InvalidOperationException($"npm ci in {NodeFolder} ended with exit code {npm.ExitCode}.");
    }

    private static string[] Comparison(string name, string url) =>
        ["dotnet", Path.Combine(Root, "tests", "Chat.LoadTests.Servers", Output, "Chat.LoadTests.Servers.dll"), name, "--urls", url];

    private static string[] Node(string script, int port) =>
        ["node", Path.Combine(NodeFolder, script), port.ToString(CultureInfo.InvariantCulture)];

    private static string FindRoot()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
            if (File.Exists(Path.Combine(folder, "Chat.sln")))
                return folder;
        throw new InvalidOperationException($"There is no Chat.sln above {AppContext.BaseDirectory}.");
    }
}
