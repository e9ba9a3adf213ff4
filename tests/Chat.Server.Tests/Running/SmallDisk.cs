using System.Diagnostics;

namespace Chat.Server.Tests.Running;

/// <summary>A file system of a few megabytes, in memory.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    public SmallDisk(int megabytes) => Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", Folder);

    public string Folder { get; } = Directory.CreateTempSubdirectory("chat-disk-").FullName;

    public ValueTask DisposeAsync()
    {
        Run("umount", "-l", Folder);
        Directory.Delete(Folder);
        return ValueTask.CompletedTask;
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        process.ExitCode.Should().Be(0, because: $"{program} must work here");
    }
}
