using System.Globalization;

namespace Chat.Terminal;

/// <summary>What others wrote, on a terminal: it must not move the cursor or ring the bell, nor turn around what stands beside it.</summary>
internal static class Harmless
{
    public static string Text(string text) => string.Concat(text.Select(c => IsHarmless(c) ? c : ' '));

    private static bool IsHarmless(char c) =>
        !char.IsControl(c) && !IsDirection(c) && char.GetUnicodeCategory(c) is not (UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    private static bool IsDirection(char c) => c is '\u061c' or '\u200e' or '\u200f' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}
