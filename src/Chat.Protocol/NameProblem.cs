using System.Buffers;
using System.Globalization;
using System.Text;

namespace Chat.Protocol;

/// <summary>Writes one sentence about the character or rule that makes a name invalid, with the code point and never the character.</summary>
internal static class NameProblem
{
    public const string Empty = "It is empty.";
    public const string TooLong = "It has more than 64 characters.";
    public const string NotComposed = "It is not in Unicode normal form C (NFC).";

    /// <summary>Returns the first problem of a text that is not a message id.</summary>
    public static string Of(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return Empty;
        // Counts no further than the limit: the text may have any length.
        if (text.EnumerateRunes().Skip(Name.MaxLength).Any())
            return TooLong;
        var position = 1;
        for (var rest = text.AsSpan(); !rest.IsEmpty; position++)
        {
            if (Rune.DecodeFromUtf16(rest, out var rune, out var used) != OperationStatus.Done)
                return At(position, rest[0], "half of a surrogate pair");
            if (rune.Value == ':')
                return At(position, rune.Value, "a colon");
            if (Refused(rune) is { } kind)
                return At(position, rune.Value, kind);
            rest = rest[used..];
        }
        if (char.IsWhiteSpace(text[0]))
            return $"It begins with white space ({Code(text[0])}).";
        if (char.IsWhiteSpace(text[^1]))
            return $"It ends with white space ({Code(text[^1])}).";
        var codePoints = text.EnumerateRunes().Select(rune => rune.Value).ToArray();
        return Joiners.FindStray(codePoints) is >= 0 and var stray
            ? At(stray + 1, codePoints[stray], "a joiner between characters that it does not join")
            : NotComposed;
    }

    /// <summary>Returns the sentence for a character that topics do not allow.</summary>
    public static string OfTopicCharacter(string text, int index) =>
        At(index + 1, Rune.TryGetRuneAt(text, index, out var rune) ? rune.Value : text[index], "not one of A-Z a-z 0-9 . _ -");

    /// <summary>Returns the kind of a character that no name may hold; null for other characters and for joiners, which depend on their neighbours.</summary>
    private static string? Refused(Rune rune) => Joiners.Is(rune.Value) ? null : Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control => "a control character",
        UnicodeCategory.Format => "a format character",
        UnicodeCategory.Surrogate => "half of a surrogate pair",
        UnicodeCategory.LineSeparator => "a line separator",
        UnicodeCategory.ParagraphSeparator => "a paragraph separator",
        _ => null,
    };

    private static string At(int position, int codePoint, string kind) => $"Character {position} is {Code(codePoint)}, {kind}.";

    private static string Code(int codePoint) => $"U+{codePoint:X4}";
}
