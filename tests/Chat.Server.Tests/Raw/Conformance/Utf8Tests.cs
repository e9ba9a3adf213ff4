using System.Text;

namespace Chat.Server.Tests.Raw.Conformance;

/// <summary>6: text is valid UTF-8, wherever it is cut.</summary>
public sealed class Utf8Tests : ConformanceTest
{
    private static readonly byte[] Valid = [.. "Hello-"u8, .. "\u00b5@\u00df\u00f6\u00e4\u00fc\u00e0\u00e1-UTF-8!!"u8];

    /// <summary>6.5 and 6.21: the boundaries of UTF-8, and non-characters.</summary>
    public static TheoryData<byte[]> Good => new()
    {
        "\u03ba\u1f79\u03c3\u03bc\u03b5"u8.ToArray(),
        new byte[] { 0x00 },
        new byte[] { 0xC2, 0x80 },
        new byte[] { 0xE0, 0xA0, 0x80 },
        new byte[] { 0xF0, 0x90, 0x80, 0x80 },
        new byte[] { 0x7F },
        new byte[] { 0xDF, 0xBF },
        new byte[] { 0xEF, 0xBF, 0xBF },
        new byte[] { 0xF4, 0x8F, 0xBF, 0xBF },
        new byte[] { 0xED, 0x9F, 0xBF },
        new byte[] { 0xEE, 0x80, 0x80 },
        new byte[] { 0xEF, 0xBF, 0xBD },
        new byte[] { 0xEF, 0xBF, 0xBE },
    };

    /// <summary>6.6 to 6.20: overlong and truncated sequences, code points above U+10FFFF, surrogates, stray continuation bytes.</summary>
    public static TheoryData<byte[]> Bad => new()
    {
        new byte[] { 0xCE },
        new byte[] { 0xF5, 0x80, 0x80, 0x80 },
        new byte[] { 0xF8, 0x88, 0x80, 0x80, 0x80 },
        new byte[] { 0xFC, 0x84, 0x80, 0x80, 0x80, 0x80 },
        new byte[] { 0xF7, 0xBF, 0xBF, 0xBF },
        new byte[] { 0xF4, 0x90, 0x80, 0x80 },
        new byte[] { 0x80 },
        new byte[] { 0xBF },
        new byte[] { 0x80, 0xBF, 0x80 },
        new byte[] { 0xC0, 0x20 },
        new byte[] { 0xE0, 0x20 },
        new byte[] { 0xF0, 0x20 },
        new byte[] { 0xC0 },
        new byte[] { 0xE0, 0x80 },
        new byte[] { 0xF0, 0x80, 0x80 },
        new byte[] { 0xDF },
        new byte[] { 0xEF, 0xBF },
        new byte[] { 0xF7, 0xBF, 0xBF },
        new byte[] { 0xFE },
        new byte[] { 0xFF },
        new byte[] { 0xFE, 0xFE, 0xFF, 0xFF },
        new byte[] { 0xC0, 0xAF },
        new byte[] { 0xE0, 0x80, 0xAF },
        new byte[] { 0xF0, 0x80, 0x80, 0xAF },
        new byte[] { 0xC1, 0xBF },
        new byte[] { 0xE0, 0x9F, 0xBF },
        new byte[] { 0xF0, 0x8F, 0xBF, 0xBF },
        new byte[] { 0xC0, 0x80 },
        new byte[] { 0xE0, 0x80, 0x80 },
        new byte[] { 0xED, 0xA0, 0x80 },
        new byte[] { 0xED, 0xAD, 0xBF },
        new byte[] { 0xED, 0xAE, 0x80 },
        new byte[] { 0xED, 0xAF, 0xBF },
        new byte[] { 0xED, 0xB0, 0x80 },
        new byte[] { 0xED, 0xBE, 0x80 },
        new byte[] { 0xED, 0xBF, 0xBF },
        new byte[] { 0xED, 0xA0, 0x80, 0xED, 0xB0, 0x80 },
    };

    [Theory]
    [InlineData(1000)] // 6.2.1
    [InlineData(18)] // 6.2.2: in two fragments
    [InlineData(1)] // 6.2.3: each byte a fragment
    public Task TextCutInsideACharacter_ComesBack(int length)
    {
        byte[] message = [.. Prefix, .. Valid];
        var parts = message.Chunk(length).ToList();
        return EchoesAsync([.. parts.SelectMany((part, i) => Frame(part, i == 0 ? Text : Continuation, final: i == parts.Count - 1))], Valid);
    }

    [Theory, MemberData(nameof(Good))]
    public Task ValidUtf8_ComesBack(byte[] text) => EchoesAsync(Frame([.. Prefix, .. text]), text);

    [Theory, MemberData(nameof(Bad))]
    public async Task InvalidUtf8_IsABreach(byte[] text)
    {
        await ClosesAsync(Frame([.. "alice:bob:"u8, .. text]), 1007);
        // 6.3: each byte a fragment.
        byte[] message = [.. "alice:bob:"u8, .. text];
        await ClosesAsync([.. message.SelectMany((one, i) => Frame([one], i == 0 ? Text : Continuation, final: i == message.Length - 1))], 1007);
    }

    [Fact]
    public async Task InvalidUtf8_IsClosedBeforeTheMessageEnds() // 6.4
    {
        byte[] broken = [.. "alice:bob:"u8, 0xCE, 0xBA, 0xF4, 0x90, 0x80, 0x80, .. Encoding.ASCII.GetBytes("more")];
        await ClosesAsync(Frame(broken, final: false), 1007);
    }
}
