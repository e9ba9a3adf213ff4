using System.Text.Json;

namespace Chat.Protocol.Tests;

public sealed class ContractTests
{
    private static readonly Message Secret = new()
    {
        Stream = "bob",
        Offset = 7,
        Position = "e.7",
        Id = "1",
        From = "alice",
        To = "bob",
        Content = "secret",
        SentAt = new DateTimeOffset(2026, 11, 23, 6, 12, 29, 120, TimeSpan.FromHours(1)),
    };

    [Fact]
    public void AMessageLooksAsTheWireSays() =>
        JsonSerializer.Serialize(Secret, ChatJson.Default.Message).Should().Be(
            """{"stream":"bob","offset":7,"position":"e.7","id":"1","from":"alice","to":"bob","content":"secret","sentAt":"2026-11-23T05:12:29.120Z"}""");

    [Fact]
    public void AbsentPropertiesAreOmittedAndUnknownOnesIgnored()
    {
        JsonSerializer.Serialize(new ResumedStream("bob", true, [], "e.0", "e.0", false), ChatJson.Default.ResumedStream)
            .Should().Be("""{"stream":"bob","recovered":true,"messages":[],"head":"e.0","confirmed":"e.0","more":false}""");
        JsonSerializer.Deserialize("""{"to":"bob","content":"hi","later":{"x":1}}""", ChatJson.Default.SendRequest).Should().Be(new SendRequest("bob", "hi"));
    }

    [Fact]
    public void NoContractPrintsContent()
    {
        var resumed = new ResumedStream("bob", true, [Secret], "e.7", "e.0", false);
        foreach (var contract in (object[])[Secret, new SendRequest("bob", "secret"), resumed, new ResumeAnswer("bob", [resumed]), new ReadAnswer([Secret], false)])
            contract.ToString().Should().NotContain("secret");
    }
}
