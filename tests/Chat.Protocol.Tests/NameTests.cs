namespace Chat.Protocol.Tests;

public sealed class NameTests
{
    public static TheoryData<string> UserIds => new() { "a", "alice", "al ice", "Ünïcode", "中文", "a#b", "user@example.org", new string('a', 64), string.Concat(Enumerable.Repeat("😀", 64)) };

    public static TheoryData<string?> Others => new()
    {
        null, "", "a:b", "#a", "$a", " a", "a ", "\u00a0a", "a\tb", "a\0b", "a\nb", "\ufeffa", "a\u202eb", "e\u0301", "a\u2028b",
        new string('a', 65), new string('é', 65), string.Concat(Enumerable.Repeat("😀", 65)),
    };

    [Theory, MemberData(nameof(UserIds))]
    public void IsAUserId(string text) => Name.IsUserId(text).Should().BeTrue();

    [Theory, MemberData(nameof(Others))]
    public void IsNoUserId(string? text) => Name.IsUserId(text).Should().BeFalse();

    // No theory data: the runner hands those over as UTF-8.
    [Fact]
    public void ALoneSurrogateIsNoUserId() => ((string[])["\ud800", "a\udc00", "\udc00\ud800"]).Should().OnlyContain(text => !Name.IsUserId(text));

    [Fact]
    public void AMessageIdMayBeginWithASign()
    {
        Name.IsMessageId("#1").Should().BeTrue();
        Name.IsMessageId("a:b").Should().BeFalse();
    }
}
