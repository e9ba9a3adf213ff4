using System.Text.Json;
using System.Text.Json.Nodes;
using Chat.Protocol;
using Chat.Server.Log;
using Chat.Server.Storage;

namespace Chat.Server.Tests.Storage.Sqlite.Files;

public sealed class EpochTests : IDisposable
{
    private readonly LogFixture fixture = new();
    private string Mark => fixture.Path + ".mark";

    public void Dispose() => fixture.Dispose();

    [Fact]
    public async Task OlderFile_StartsANewEpoch()
    {
        var epoch = await WriteAsync(1);
        File.Copy(fixture.Path, fixture.Path + ".backup");
        (await WriteAsync(1)).Should().Be(epoch);
        File.Move(fixture.Path + ".backup", fixture.Path, overwrite: true);
        using var log = fixture.Open();
        log.Epoch.Should().NotBe(epoch);
        (await log.AfterAsync("b")).Messages.Should().ContainSingle();
        (await log.SendAsync("a", "b", "next")).Position.Should().StartWith(log.Epoch + ".");
    }

    [Fact]
    public async Task TopicVersions_GrowAcrossEpochs()
    {
        await PublishAsync(1);
        File.Copy(fixture.Path, fixture.Path + ".backup");
        var seen = await PublishAsync(5);
        File.Move(fixture.Path + ".backup", fixture.Path, overwrite: true);
        (await PublishAsync(1)).Should().BeGreaterThan(seen, because: "a subscriber keeps the higher version");

        async Task<long> PublishAsync(int values)
        {
            using var log = fixture.Open();
            TopicValue? last = null;
            for (var i = 0; i < values; i++)
                last = await log.PublishAsync(new PendingTopicValue("$a", JsonElement.Parse($"{i}"), null));
            return last!.Version;
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task FileThatLacksOnlyAMembership_IsOlder(bool joins)
    {
        await ChangeAsync(joins: true);
        if (!joins)
            await ChangeAsync(joins: false);
        File.Copy(fixture.Path, fixture.Path + ".backup");
        var epoch = await ChangeAsync(joins);
        File.Move(fixture.Path + ".backup", fixture.Path, overwrite: true);
        (await WriteAsync(0)).Should().Be(epoch, because: "nothing has changed");

        File.Copy(fixture.Path, fixture.Path + ".backup");
        (await ChangeAsync(!joins)).Should().Be(epoch);
        File.Move(fixture.Path + ".backup", fixture.Path, overwrite: true);
        (await WriteAsync(0)).Should().NotBe(epoch);

        async Task<string> ChangeAsync(bool joins)
        {
            using var log = fixture.Open();
            await (joins ? log.JoinAsync("a", "#r", 0) : log.LeaveAsync("a", "#r"));
            return log.Epoch;
        }
    }

    [Fact]
    public async Task FileWithoutMark_StartsANewEpoch()
    {
        var epoch = await WriteAsync(1);
        File.Delete(Mark);
        (await WriteAsync(1)).Should().NotBe(epoch);
    }

    [Fact]
    public async Task KilledProcess_KeepsTheEpoch()
    {
        using var log = fixture.Open();
        await log.SendAsync("a", "b", "x");
        fixture.Time.Advance(TimeSpan.FromSeconds(2));
        using var copy = fixture.Copy();
        using var crashed = copy.Open();
        crashed.Epoch.Should().Be(log.Epoch);
    }

    [Theory]
    [InlineData(nameof(StorageDurability.Full), false, true)]
    [InlineData(nameof(StorageDurability.Relaxed), false, false)]
    [InlineData(nameof(StorageDurability.Relaxed), true, true)]
    public async Task PowerCut_KeepsTheEpochOnlyWithFullDurability(string durability, bool clean, bool keeps)
    {
        var epoch = await WriteAsync(1);
        var mark = JsonNode.Parse(await File.ReadAllTextAsync(Mark))!;
        (mark["BootId"], mark["Clean"], mark["Durability"]) = ("another boot", clean, durability);
        await File.WriteAllTextAsync(Mark, mark.ToJsonString());
        ((await WriteAsync(1)) == epoch).Should().Be(keeps);
    }

    [Fact]
    public async Task EmptiedFile_IsRefused()
    {
        await WriteAsync(1);
        File.Delete(fixture.Path + "-wal");
        File.WriteAllBytes(fixture.Path, []);
        FluentActions.Invoking(() => fixture.Open()).Should().Throw<LogOpenException>().WithMessage("*is empty, but*Restore a backup*");
    }

    [Fact]
    public async Task DamagedFile_IsRefused()
    {
        await WriteAsync(1);
        await File.WriteAllTextAsync(fixture.Path, new string('x', 8192));
        FluentActions.Invoking(() => fixture.Open()).Should().Throw<LogOpenException>().WithMessage("*.recover*");
    }

    [Fact]
    public async Task FileOfANewerVersion_IsRefused()
    {
        await WriteAsync(1);
        using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={fixture.Path};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version = 99";
            command.ExecuteNonQuery();
        }
        FluentActions.Invoking(() => fixture.Open()).Should().Throw<LogOpenException>().WithMessage("*newer version*");
    }

    [Fact]
    public async Task OpenFile_IsRefused()
    {
        await WriteAsync(1);
        using var log = fixture.Open();
        FluentActions.Invoking(() => fixture.Open()).Should().Throw<LogOpenException>().WithMessage("*another Chat server*");
    }

    private async Task<string> WriteAsync(int messages)
    {
        using var log = fixture.Open();
        for (var i = 0; i < messages; i++)
            await log.SendAsync("a", "b", $"{i}");
        return log.Epoch;
    }
}
