using System.Diagnostics;
using System.Net;
using System.Runtime.Versioning;
using System.Text.RegularExpressions;
using Chat.Protocol;
using Chat.Server.Tests.Push;
using Chat.Server.Tests.Running;
using Chat.Server.Tests.Samples;
using Microsoft.Data.Sqlite;

namespace Chat.Server.Tests.Storage.Sqlite.Files;

/// <summary>Backups of a log of 200 MB that is in use.</summary>
[UnsupportedOSPlatform("windows")]
[Trait("Duration", "Long")]
public sealed partial class BackupTests(BigLog big) : IClassFixture<BigLog>
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly Dictionary<string, string> Settings =
        new(Keys.Settings(("boss", "boss", ["admin"]))) { ["Chat:Messaging:RetentionDays"] = "0" };

    [Fact]
    public async Task BackupUnderLoad_HoldsEveryReceipt()
    {
        await using var server = new ServerProcess(Settings);
        big.CopyTo(server.Folder);
        await server.StartAsync();
        using var boss = Keys.Client(server.Address, "boss");
        (await boss.BackupAsync()).Should().Be(new BackupAnswer(BackupState.None));
        await using var sender = await EndlessSender.StartAsync(server.Address, "alice", "bob");

        var receipts = sender.Receipts;
        using (var answer = await boss.StartBackupAsync())
        {
            answer.StatusCode.Should().Be(HttpStatusCode.Accepted);
            using (var second = await boss.StartBackupAsync())
            {
                second.StatusCode.Should().Be(HttpStatusCode.TooManyRequests);
                second.Headers.RetryAfter.Should().NotBeNull();
            }
            var begun = (await boss.BackupAsync()).File!;
            File.GetUnixFileMode(Path.Combine(Backups(server), begun + ".part")).Should().Be(Owner, because: "the file is private from the start");
            (await answer.Content.ReadAsStringAsync()).Should().Contain("\"state\":\"running\"").And.Contain(begun);
        }
        await sender.MoreAsync(1);
        var done = await boss.BackupDoneAsync();
        await sender.MoreAsync(1);

        var copy = Path.Combine(Backups(server), done.File!);
        Directory.GetFiles(Backups(server)).Should().Equal(copy);
        File.GetUnixFileMode(copy).Should().Be(Owner);
        File.GetUnixFileMode(Backups(server)).Should().Be(Owner | UnixFileMode.UserExecute);
        var bytes = new FileInfo(copy).Length;
        bytes.Should().BeGreaterThan(200_000_000);
        (done.BytesDone, done.BytesEstimated, done.Error).Should().Be((bytes, bytes, null));
        done.FinishedAt.Should().BeOnOrAfter(done.StartedAt!.Value);
        await HoldsAsync(copy, receipts);
    }

    [Fact]
    public async Task DocumentedCommand_CopiesALogUnderLoad()
    {
        var command = Command().Match(await File.ReadAllTextAsync(Path.Combine(Repository.Folder, "docs", "operations.md"))).Groups[1].Value;
        command.Should().Contain("VACUUM INTO");
        await using var server = new ServerProcess(Settings);
        server.Set("Chat:Storage:Path", big.CopyTo(Path.Combine(server.Folder, "data")));
        await server.StartAsync();
        await using var sender = await EndlessSender.StartAsync(server.Address, "alice", "bob");
        var receipts = sender.Receipts;
        using var shell = Process.Start(new ProcessStartInfo("bash", ["-c", command]) { WorkingDirectory = server.Folder, RedirectStandardError = true })!;
        await Wait.ForAsync(shell.WaitForExitAsync(), "The end of sqlite3");
        shell.ExitCode.Should().Be(0, because: await shell.StandardError.ReadToEndAsync());
        var copy = Path.Combine(server.Folder, "chat-backup.db");
        File.GetUnixFileMode(copy).Should().Be(Owner);
        await HoldsAsync(copy, receipts);
    }

    [Fact]
    public async Task RestoredBackup_StartsANewEpoch()
    {
        await using var server = new ServerProcess(Settings);
        await server.StartAsync();
        string position, copy;
        using (var boss = Keys.Client(server.Address, "boss"))
        await using (var alice = await HubClient.ConnectAsync(server.Address, "alice"))
        {
            await alice.SendAsync("bob", "in the copy");
            (await boss.StartBackupAsync()).StatusCode.Should().Be(HttpStatusCode.Accepted);
            copy = Path.Combine(Backups(server), (await boss.BackupDoneAsync()).File!);
            position = (await alice.SendAsync("bob", "after the copy")).Position;
        }
        (await server.TerminateAsync()).Should().Be(0);
        File.Delete(server.Database + "-wal");
        File.Delete(server.Database + "-shm");
        File.Move(copy, server.Database, overwrite: true);

        await server.StartAsync();
        await using var again = await HubClient.ConnectAsync(server.Address, "alice");
        var resumed = await again.ResumeAsync("alice", position);
        (resumed.Recovered, resumed.Reason).Should().Be((false, "epoch_changed"));
        resumed.Messages.Select(message => message.Content).Should().Equal("in the copy");
        (await again.SendAsync("bob", "goes on")).Offset.Should().Be(2);
        Execute(server.Database, "PRAGMA auto_vacuum").Should().Be(2L, because: "a restored log can also shrink");
    }

    [Fact]
    public async Task Backup_IsFlushedBeforeItIsRenamed()
    {
        var trace = Path.GetTempFileName();
        try
        {
            await using var server = new ServerProcess(
                Settings, ["strace", "-f", "-y", "-qq", "-o", trace, "-e", "trace=fsync,fdatasync,link,linkat,rename,renameat,renameat2"]);
            await server.StartAsync();
            using var boss = Keys.Client(server.Address, "boss");
            (await boss.StartBackupAsync()).StatusCode.Should().Be(HttpStatusCode.Accepted);
            var name = (await boss.BackupDoneAsync()).File!;
            var calls = await File.ReadAllLinesAsync(trace);
            var written = Array.FindLastIndex(calls, call => Syncs(call) && call.Contains($"{name}.part>", StringComparison.Ordinal));
            var named = Array.FindIndex(calls, call => !Syncs(call) && call.Contains($"{name}\"", StringComparison.Ordinal));
            var listed = Array.FindLastIndex(calls, call => Syncs(call) && call.Contains("/backups>", StringComparison.Ordinal));
            (written >= 0 && written < named && named < listed).Should().BeTrue(because: string.Join('\n', calls.TakeLast(30)));
        }
        finally
        {
            File.Delete(trace);
        }

        static bool Syncs(string call) => call.Contains("sync(", StringComparison.Ordinal);
    }

    [Fact]
    public void StoppedServer_LeavesNoUnfinishedBackup()
    {
        using var fixture = new LogFixture();
        var folder = Path.GetDirectoryName(fixture.Path)!;
        big.CopyTo(folder);
        var log = fixture.Open();
        log.TryStartBackup().Should().BeTrue();
        log.TryStartBackup().Should().BeFalse();
        log.NewestBackup.State.Should().Be(BackupState.Running);
        log.Dispose();
        (log.NewestBackup.State, log.NewestBackup.Error).Should().Be((BackupState.Failed, "The server was stopped."));
        Directory.GetFiles(Path.Combine(folder, "backups")).Should().BeEmpty();
        FluentActions.Invoking(log.TryStartBackup).Should().Throw<ChatException>().WithMessage("*stopping*");
    }

    [Fact]
    public async Task UnfinishedBackup_IsDeletedAtTheNextStart()
    {
        await using var server = new ServerProcess(Settings);
        big.CopyTo(server.Folder);
        await server.StartAsync();
        using (var boss = Keys.Client(server.Address, "boss"))
            (await boss.StartBackupAsync()).StatusCode.Should().Be(HttpStatusCode.Accepted);
        server.Kill();
        Directory.GetFiles(Backups(server), "*.part").Should().ContainSingle();
        await server.StartAsync();
        Directory.GetFiles(Backups(server)).Should().BeEmpty();
    }

    [Fact]
    public void OtherFilesBesideABackup_Stay()
    {
        using var fixture = new LogFixture();
        var folder = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(fixture.Path)!, "backups")).FullName;
        string[] others = ["chat-20260101T000000000Z.db", "chat-old-20260101T000000000Z.db.part", "mine.part"];
        foreach (var name in (string[])[.. others, "chat-20260101T000000000Z.db.part", "chat-20260101T000000000Z.db.part-journal"])
            File.WriteAllText(Path.Combine(folder, name), "x");
        using var log = fixture.Open();
        Directory.GetFiles(folder).Select(Path.GetFileName).Should().BeEquivalentTo(others);
    }

    [Fact]
    public async Task BackupWithoutFreeSpace_IsRefusedWithTheNumbers()
    {
        await using var disk = new SmallDisk(370);
        await using var server = new ServerProcess(new(Settings) { ["Chat:Storage:Path"] = big.CopyTo(disk.Folder) });
        await server.StartAsync();
        using var boss = Keys.Client(server.Address, "boss");
        using var answer = await boss.StartBackupAsync();
        answer.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        (await answer.Content.ReadAsStringAsync()).Should().MatchRegex(
            @"A backup needs 3[2-4]\d\.\d MiB of free space in .*; its disk has 1[3-9]\d\.\d MiB", because: "the copy is as large as the log");
        Directory.GetFiles(Path.Combine(disk.Folder, "backups")).Should().BeEmpty();
        (await boss.BackupAsync()).State.Should().Be(BackupState.None);
    }

    [Fact]
    public async Task FolderThatIsABrokenLink_IsNamed()
    {
        await using var server = new ServerProcess(Settings);
        File.CreateSymbolicLink(Backups(server), "/nowhere");
        await server.StartAsync();
        using var boss = Keys.Client(server.Address, "boss");
        using var answer = await boss.StartBackupAsync();
        answer.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        (await answer.Content.ReadAsStringAsync()).Should().Contain(
            $"A backup cannot start in {Backups(server)}: It is not a folder, or is a link to a missing folder.");
    }

    private static string Backups(ServerProcess server) => Path.Combine(server.Folder, "backups");

    /// <summary>Opens the copy with another server, and checks its messages.</summary>
    private static async Task HoldsAsync(string copy, int receipts)
    {
        await using var server = new ServerProcess(Settings);
        File.Move(copy, server.Database);
        await server.StartAsync();
        await using (var bob = await HubClient.ConnectAsync(server.Address, "bob"))
        {
            var contents = (await bob.ReadAllAsync("bob")).ConvertAll(message => message.Content);
            contents.Should().Equal(Enumerable.Range(0, contents.Count).Select(i => $"{i}"));
            contents.Count.Should().BeGreaterThanOrEqualTo(receipts);
        }
        (await server.TerminateAsync()).Should().Be(0);
        Execute(server.Database, "SELECT count(*) FROM message WHERE recipient = 'c'").Should().Be((long)BigLog.Messages);
        Execute(server.Database, "PRAGMA integrity_check").Should().Be("ok");
    }

    private static object? Execute(string database, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    [GeneratedRegex("^(.*sqlite3 .*VACUUM INTO.*)$", RegexOptions.Multiline)]
    private static partial Regex Command();
}
