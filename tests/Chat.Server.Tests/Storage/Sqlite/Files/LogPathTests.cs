using System.Diagnostics;
using System.Runtime.Versioning;

namespace Chat.Server.Tests.Storage.Sqlite.Files;

/// <summary>Paths of the log's file: links, folders, permissions, full disks.</summary>
public sealed class LogPathTests : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly LogFixture fixture = new();
    private readonly string elsewhere = Directory.CreateTempSubdirectory("chat-link-").FullName;

    public void Dispose()
    {
        fixture.Dispose();
        Directory.Delete(elsewhere, recursive: true);
    }

    [Fact]
    public void LinkToTheFile_IsLockedForASecondServer()
    {
        using var log = fixture.Open();
        File.CreateSymbolicLink(Path.Combine(elsewhere, "second.db"), fixture.Path);
        File.CreateSymbolicLink(Path.Combine(elsewhere, "third.db"), "second.db");
        Opening(Path.Combine(elsewhere, "third.db")).Should().Throw<LogOpenException>().WithMessage("*another Chat server*");
    }

    [Fact]
    public void LinkToTheFolder_IsLockedForASecondServer()
    {
        using var log = fixture.Open();
        Directory.CreateSymbolicLink(Path.Combine(elsewhere, "data"), Path.GetDirectoryName(fixture.Path)!);
        Opening(Path.Combine(elsewhere, "data", "chat.db")).Should().Throw<LogOpenException>().WithMessage("*another Chat server*");
    }

    [Fact]
    public async Task LinkToAMissingFile_CreatesThatFile()
    {
        var target = Path.Combine(elsewhere, "new", "folder", "chat.db");
        File.CreateSymbolicLink(fixture.Path, target);
        using (var log = fixture.Open())
            await log.SendAsync("a", "b", "x");
        using (var log = fixture.Open(target))
            (await log.AfterAsync("b")).Contents().Should().Equal("x");
    }

    [Fact]
    public void LoopOfLinks_IsNamed()
    {
        File.CreateSymbolicLink(fixture.Path, "loop");
        File.CreateSymbolicLink(Path.Combine(Path.GetDirectoryName(fixture.Path)!, "loop"), "chat.db");
        Opening(fixture.Path).Should().Throw<LogOpenException>().WithMessage($"*{fixture.Path}*");
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/tmp")]
    [InlineData("/tmp/chat-no-such-folder/")]
    public void FolderInsteadOfAFile_IsNamed(string path) =>
        Opening(path).Should().Throw<LogOpenException>().WithMessage($"*{path}*folder*Chat:Storage:Path*");

    [Fact]
    public void UnwritableFile_IsNotReportedAsDamaged()
    {
        Directory.CreateDirectory(fixture.Path + ".lock");
        Opening(fixture.Path).Should().Throw<LogOpenException>().WithMessage("*denied*server's user*").Which.Message.Should().NotContain("recover");
    }

    [Fact]
    public void ReadOnlyFolder_IsNamed()
    {
        OnSmallDisk("4m", disk =>
        {
            Run("mount", "-o", "remount,ro", disk);
            Opening(Path.Combine(disk, "chat.db")).Should().Throw<LogOpenException>().WithMessage($"*{disk}*Read-only*Chat:Storage:Path*");
        });
    }

    [Fact]
    public void FullDisk_IsNotReportedAsDamage()
    {
        OnSmallDisk("256k", disk =>
        {
            var path = Path.Combine(disk, "chat.db");
            var filler = Path.Combine(disk, "filler");
            foreach (var free in (int[])[0, 4, 8, 16, 32, 64])
            {
                File.WriteAllBytes(filler, new byte[(256 - free) << 10]);
                Opening(path).Should().Throw<LogOpenException>(because: $"{free} KiB are not enough")
                    .WithMessage("*Free some space*").Which.Message.Should().NotContain("recover");
                foreach (var file in Directory.GetFiles(disk))
                    File.Delete(file);
            }
        });
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task NewFiles_ArePrivate()
    {
        using var log = fixture.Open();
        await log.SendAsync("a", "b", "x");
        ShouldBePrivate(fixture);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task PublicFiles_BecomePrivate()
    {
        using var running = fixture.Open();
        await running.SendAsync("a", "b", "x");
        using var crashed = fixture.Copy();
        File.WriteAllBytes(crashed.Path + "-shm", []);
        foreach (var file in FilesOf(crashed))
            File.SetUnixFileMode(file, Private | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        using var log = crashed.Open();
        await log.SendAsync("a", "b", "y");
        ShouldBePrivate(crashed);
        (await log.AfterAsync("b")).Contents().Should().Equal("x", "y");
    }

    private Action Opening(string path) => () => fixture.Open(path).Dispose();

    private static IEnumerable<string> FilesOf(LogFixture log) => [log.Path, log.Path + "-wal", log.Path + "-shm"];

    [UnsupportedOSPlatform("windows")]
    private static void ShouldBePrivate(LogFixture log)
    {
        foreach (var file in FilesOf(log))
            File.GetUnixFileMode(file).Should().Be(Private, because: $"{file} holds messages");
    }

    private static void OnSmallDisk(string size, Action<string> use)
    {
        var disk = Directory.CreateTempSubdirectory("chat-disk-").FullName;
        Run("mount", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", disk);
        try
        {
            use(disk);
        }
        finally
        {
            Run("umount", "-l", disk);
            Directory.Delete(disk);
        }
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        process.ExitCode.Should().Be(0, because: $"{program} must work here");
    }
}
