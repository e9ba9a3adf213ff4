using System.Diagnostics;
using System.Net;
using Chat.Server.Tests.Running;
using Microsoft.Data.Sqlite;

namespace Chat.Server.Tests.Storage.Sqlite.Writing;

/// <summary>A real server whose database is locked, or whose disk is full or fails.</summary>
[Trait("Duration", "Long")]
public sealed class FaultTests
{
    [Fact]
    public async Task LockedDatabase_RefusesSendsUntilUnlocked()
    {
        await using var server = new ServerProcess();
        await server.StartAsync();
        await using var alice = await HubClient.ConnectAsync(server.Address, "alice");
        await using var raw = await RawClient.ConnectAsync(server.Address, "?userid=carol");
        await alice.SendAsync("bob", "before");
        using (var other = new SqliteConnection($"Data Source={server.Database};Pooling=False"))
        {
            other.Open();
            Execute(other, "BEGIN IMMEDIATE");
            (await HubClient.RefusalAsync(() => alice.SendAsync("bob", "refused"))).Should().Be("unavailable");
            (await alice.ResumeAsync("alice")).Messages.Should().ContainSingle(because: "reads still work");
            await raw.SendAsync("carol:bob:refused too");
            (await raw.ReceiveAsync()).Should().StartWith("system:error unavailable ");
            Execute(other, "ROLLBACK");
        }
        (await raw.CloseAsync()).Should().Be(1011, because: "a message was not stored");
        (await alice.SendAsync("bob", "after")).Offset.Should().Be(2);
        await using var bob = await HubClient.ConnectAsync(server.Address, "bob");
        (await bob.ResumeAsync("bob")).Messages.Select(message => message.Content).Should().Equal("before", "after");
    }

    [Fact]
    public async Task FullDisk_RefusesSendsUntilSpaceIsFree()
    {
        var disk = Directory.CreateTempSubdirectory("chat-disk-").FullName;
        Run("mount", "-t", "tmpfs", "-o", "size=160m", "tmpfs", disk);
        try
        {
            await using var server = new ServerProcess(new() { ["Chat:Storage:Path"] = Path.Combine(disk, "chat.db") });
            await server.StartAsync();
            using var http = new HttpClient { BaseAddress = server.Address };
            (await http.GetStringAsync("/health/ready")).Should().Be("ready\n");
            var filler = Path.Combine(disk, "filler");
            await File.WriteAllBytesAsync(filler, new byte[158 << 20]);
            await using var alice = await HubClient.ConnectAsync(server.Address, "alice");
            var stored = 0;
            string? refusal = null;
            for (; refusal is null && stored < 200; stored += refusal is null ? 1 : 0)
                refusal = await alice.TrySendAsync("bob", $"{stored}|".PadRight(32 << 10, 'x'));
            refusal.Should().Be("unavailable");
            using (var ready = await http.GetAsync("/health/ready"))
                ready.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
            (await alice.ResumeAsync("alice")).Recovered.Should().BeTrue(because: "reads still work");

            File.Delete(filler);
            (await http.GetStringAsync("/health/ready")).Should().Be("ready\n", because: "the check tries to write again");
            (await alice.SendAsync("bob", $"{stored}|")).Offset.Should().Be(stored + 1);
            server.Kill();
            await server.StartAsync();
            await using var bob = await HubClient.ConnectAsync(server.Address, "bob");
            var numbers = (await bob.ResumeAllAsync("bob")).Select(message => message.Content[..message.Content.IndexOf('|', StringComparison.Ordinal)]);
            numbers.Should().Equal(Enumerable.Range(0, stored + 1).Select(i => $"{i}"));
        }
        finally
        {
            Run("umount", "-l", disk);
            Directory.Delete(disk);
        }
    }

    [Fact]
    public async Task FailedFsync_StopsTheProcessAndBreaksNoReceipt()
    {
        await using var server = new ServerProcess();
        await server.StartAsync();
        var stored = 0;
        await using (var alice = await HubClient.ConnectAsync(server.Address, "alice"))
        {
            for (; stored < 20; stored++)
                await alice.SendAsync("bob", $"{stored}");
            var next = stored;
            stored += await Disk.FailUntilAsync(server, () => alice.SendAsync("bob", $"{next++}"));
            (await server.WaitForExitAsync()).Should().Be(70, because: server.Output);
        }
        await server.StartAsync();
        await using var bob = await HubClient.ConnectAsync(server.Address, "bob");
        var contents = (await bob.ResumeAllAsync("bob")).ConvertAll(message => message.Content);
        contents.Take(stored).Should().Equal(Enumerable.Range(0, stored).Select(i => $"{i}"));
        contents.Count.Should().BeInRange(stored, stored + 1, because: "the unanswered message may be stored or not");
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        process.ExitCode.Should().Be(0, because: $"{program} must work here");
    }
}
