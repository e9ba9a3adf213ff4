using System.Diagnostics;
using System.Runtime.Versioning;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Storage.Sqlite.Files;

/// <summary>The command <c>compact</c>.</summary>
[UnsupportedOSPlatform("windows")]
[Trait("Duration", "Long")]
public sealed class CompactTests : IDisposable
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly LogFixture fixture = new();

    public void Dispose() => fixture.Dispose();

    [Fact]
    public async Task OldFile_BecomesSmallAndKeepsTheRest()
    {
        var epoch = await FillAsync(500, keeps: 10);
        var (before, mark, schema) = (Bytes, await File.ReadAllTextAsync(fixture.Path + ".mark"), fixture.Number("PRAGMA user_version"));
        before.Should().BeGreaterThan(25_000_000);
        await using (var server = new ServerProcess(At(fixture.Path)))
        {
            await server.StartAsync();
            server.Output.Split("cannot become smaller").Should().HaveCount(2, because: server.Output);
            server.Output.Should().Contain("command: compact");
            var (refused, why) = await CompactAsync(fixture.Path);
            refused.Should().Be(1, because: why);
            why.Should().Contain("another Chat server");
            (await server.TerminateAsync()).Should().Be(0);
        }
        mark = await File.ReadAllTextAsync(fixture.Path + ".mark");

        var (exitCode, output) = await CompactAsync(fixture.Path);
        exitCode.Should().Be(0, because: output);
        output.Should().MatchRegex("Compacted .*: \\d+\\.\\d MiB before, \\d\\.\\d MiB now");
        Bytes.Should().BeLessThan(2_000_000);
        File.GetUnixFileMode(fixture.Path).Should().Be(Owner);
        (await File.ReadAllTextAsync(fixture.Path + ".mark")).Should().Be(mark);
        fixture.Number("PRAGMA user_version").Should().Be(schema);
        fixture.Number("PRAGMA auto_vacuum").Should().Be(2);
        using (var log = fixture.Open())
        {
            log.Epoch.Should().Be(epoch);
            (await log.AfterAsync("c")).Messages.Should().HaveCount(10);
        }
        await using (var server = new ServerProcess(At(fixture.Path)))
        {
            await server.StartAsync();
            server.Output.Should().NotContain("cannot become smaller");
        }
    }

    [Fact]
    public async Task KilledCompaction_LeavesTheFileIntact()
    {
        var epoch = await FillAsync(2_000, keeps: 2_000);
        foreach (var isHalfway in (Func<Process, bool>[])[HasTemporaryFile, HasBegunToWriteBack])
        {
            using (var compact = Start(fixture.Path, "compact"))
            {
                await Wait.UntilAsync(() => Task.FromResult(compact.HasExited || isHalfway(compact)), "The middle of the work");
                compact.HasExited.Should().BeFalse(because: "the test kills it in the middle");
                compact.Kill();
                await compact.WaitForExitAsync();
            }
            fixture.Number("PRAGMA auto_vacuum").Should().Be(0, because: "the file has not changed");
            fixture.Execute("PRAGMA integrity_check").Should().Be("ok");
            using var log = fixture.Open();
            log.Epoch.Should().Be(epoch);
            (await log.AfterAsync("c")).Contents().Select(content => content.Split('|')[0]).Should().Equal(Enumerable.Range(0, 2_000).Select(i => $"{i}"));
        }
        Directory.GetFiles(Path.GetDirectoryName(fixture.Path)!).Should().OnlyContain(file => file.StartsWith(fixture.Path, StringComparison.Ordinal));

        bool HasTemporaryFile(Process process) => Directory.GetFiles($"/proc/{process.Id}/fd").Any(descriptor =>
            new FileInfo(descriptor).LinkTarget is { } target && target.Contains("etilqs", StringComparison.Ordinal)
            && Path.GetDirectoryName(target) == Path.GetDirectoryName(fixture.Path));

        bool HasBegunToWriteBack(Process process) => new FileInfo(fixture.Path + "-wal") is { Exists: true, Length: > 10_000_000 };
    }

    [Fact]
    public async Task CompactionWithoutFreeSpace_IsRefusedWithTheNumbers()
    {
        await FillAsync(500, keeps: 500);
        await using var disk = new SmallDisk(100);
        var path = Path.Combine(disk.Folder, "chat.db");
        File.Copy(fixture.Path, path);
        var (exitCode, output) = await CompactAsync(path);
        exitCode.Should().Be(1, because: output);
        output.Should().MatchRegex("needs 12\\d\\.\\d MiB of free space on its disk, which has \\d\\d\\.\\d MiB");
        new FileInfo(path).Length.Should().Be(Bytes);
    }

    [Fact]
    public async Task MissingFile_IsNamedAndNotCreated()
    {
        var path = fixture.Path + ".nowhere";
        var (exitCode, output) = await CompactAsync(path);
        exitCode.Should().Be(1);
        output.Should().Contain(path).And.Contain("missing or empty");
        File.Exists(path).Should().BeFalse();
    }

    [Fact]
    public async Task FileOfAnotherProgram_IsNotChanged()
    {
        fixture.Execute("CREATE TABLE other (x)");
        var (exitCode, output) = await CompactAsync(fixture.Path);
        exitCode.Should().Be(1);
        output.Should().Contain("another program's");
        fixture.Number("PRAGMA auto_vacuum").Should().Be(0);
    }

    [Fact]
    public async Task UnknownCommand_StartsNoServer()
    {
        var (exitCode, output) = await RunAsync(fixture.Path, "compat");
        exitCode.Should().Be(1);
        output.Should().Contain("There is no command 'compat'. Commands: compact.");
        File.Exists(fixture.Path).Should().BeFalse();
    }

    [Theory]
    [InlineData("compact", "other.db")]
    [InlineData("--Chat:Storage:LongestWait=00:00:02", "compact")] // it would start the server
    [InlineData("--Chat:Storage:LongestWait", "00:00:02", "compact")]
    public async Task ArgumentThatIsNoSetting_IsRefused(params string[] arguments)
    {
        var (exitCode, output) = await RunAsync(fixture.Path, arguments);
        exitCode.Should().Be(1);
        output.Should().Contain($"'{arguments[^1]}' is not a setting: settings are --key=value, --key value or key=value. A command stands first.");
        File.Exists(fixture.Path).Should().BeFalse();
    }

    [Fact]
    public async Task MisspelledSettingOfACommand_IsNamed()
    {
        var (_, output) = await RunAsync(fixture.Path, "compact", "--Chat:Storage:Pth=other.db");
        output.Should().Contain("does not read the setting Chat:Storage:Pth. The nearest setting is Chat:Storage:Path.");
    }

    private long Bytes => new FileInfo(fixture.Path).Length;

    private static Dictionary<string, string> At(string path) => new() { ["Chat:Storage:Path"] = path };

    /// <summary>Creates and closes a log of an earlier version; returns its epoch.</summary>
    private async Task<string> FillAsync(int messages, int keeps)
    {
        fixture.CreateFileOfEarlierVersion();
        (fixture.Options.RetentionDays, fixture.Options.RetentionCount) = (0, keeps);
        using var log = fixture.Open();
        for (var i = 0; i < messages; i += 100)
            await Task.WhenAll(Enumerable.Range(i, 100).Select(n => log.SendAsync("a", "c", $"{n}|".PadRight(60_000, 'x'))));
        fixture.WaitFor("SELECT count(*) FROM message", keeps, () => fixture.Time.Advance(TimeSpan.FromMinutes(1)));
        return log.Epoch;
    }

    private static Task<(int ExitCode, string Output)> CompactAsync(string path) => RunAsync(path, "compact");

    private static async Task<(int ExitCode, string Output)> RunAsync(string path, params string[] arguments)
    {
        using var process = Start(path, arguments);
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await Wait.ForAsync(process.WaitForExitAsync(), $"The end of {string.Join(' ', arguments)}");
        return (process.ExitCode, await output + await errors);
    }

    private static Process Start(string path, params string[] arguments)
    {
        var start = new ProcessStartInfo(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "chat-server.dll"), .. arguments, $"--Chat:Storage:Path={path}", "--urls=http://127.0.0.1:0"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(path),
        };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        return Process.Start(start)!;
    }
}
