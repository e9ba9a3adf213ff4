using System.Text;

namespace Chat.Protocol.Tests;

public sealed class NameTests
{
    public static TheoryData<string> UserIds => new() { "a", "alice", "al ice", "Ünïcode", "中文", "a#b", "user@example.org", "José", "\ufffe", "\uffff", "x\ufffey", new string('a', 64), new string('é', 64), string.Concat(Enumerable.Repeat("😀", 64)) };

    public static TheoryData<string?> Others => new()
    {
        null, "", "a:b", "#a", "$a", " a", "a ", "\u00a0a", "a\tb", "a\0b", "a\nb", "\ufeffa", "a\u202eb", "e\u0301", "a\u2028b",
        ":", "auth0|x:1", "urn:a:b", " ", "#", "$", "\0", "\u007f", "\u0085a", "a\u3000", "a\u200db", "\u200e", "a\u2029", "\U000E0041", "#中文", "e\u0301\ufffe",
        new string('a', 65), new string('é', 65), string.Concat(Enumerable.Repeat("😀", 65)),
    };

    [Theory, MemberData(nameof(UserIds))]
    public void ValidName_IsAUserId(string text) => Name.IsUserId(text).Should().BeTrue();

    [Theory, MemberData(nameof(Others))]
    public void InvalidName_IsNoUserId(string? text) => Name.IsUserId(text).Should().BeFalse();

    // Not theory data: the runner passes those as UTF-8.
    [Fact]
    public void LoneSurrogate_IsNoUserId() => ((string[])["\ud800", "a\udc00", "\udc00\ud800"]).Should().OnlyContain(text => !Name.IsUserId(text));

    // ColonFrame cuts longer names before it decodes them.
    [Fact]
    public void LongestUserId_HasMaxBytes() =>
        Encoding.UTF8.GetByteCount(string.Concat(Enumerable.Repeat("😀", Name.MaxLength))).Should().Be(Name.MaxBytes);

    [Fact]
    public void MessageId_MayBeginWithASign()
    {
        Name.IsMessageId("#1").Should().BeTrue();
        Name.IsMessageId("$1").Should().BeTrue();
        foreach (var id in (string?[])[null, "", "a:b", " a", "a\n", "e\u0301", new string('a', 65)])
            Name.IsMessageId(id).Should().BeFalse();
    }
}
