using System.Text.Json.Nodes;

namespace Chat.Server.Tests.Storage.Sqlite.Files;

/// <summary>Marks that cannot be written or read. A folder of the same name replaces missing permissions, which root ignores.</summary>
public sealed class MarkTests : IDisposable
{
    private readonly LogFixture fixture = new();
    private string Mark => fixture.Path + ".mark";
    private string NextMark => Mark + ".new";

    public void Dispose() => fixture.Dispose();

    [Fact]
    public async Task UnwritableMark_LosesNoMessage()
    {
        using var log = fixture.Open();
        Directory.CreateDirectory(NextMark);
        await log.SendAsync("a", "b", "1");
        fixture.Time.Advance(TimeSpan.FromSeconds(2));
        await log.SendAsync("a", "b", "2");
        Directory.Delete(NextMark);
        fixture.Time.Advance(TimeSpan.FromSeconds(2));
        JsonNode.Parse(await File.ReadAllTextAsync(Mark))!["LastCommit"]!.GetValue<long>().Should().Be(2, because: "the next tick writes it again");
    }

    [Fact]
    public void UnreadableMark_IsNamed()
    {
        Directory.CreateDirectory(Mark);
        FluentActions.Invoking(() => fixture.Open()).Should().Throw<LogOpenException>().WithMessage($"*{Mark}*cannot be read*delete it*");
    }

    [Fact]
    public void UnwritableMarkAtStart_IsNamedAndUnlocksTheLog()
    {
        Directory.CreateDirectory(NextMark);
        FluentActions.Invoking(() => fixture.Open()).Should().Throw<LogOpenException>().WithMessage($"*{Mark}*cannot be written*");
        Directory.Delete(NextMark);
        FluentActions.Invoking(() => fixture.Open().Dispose()).Should().NotThrow();
    }
}
