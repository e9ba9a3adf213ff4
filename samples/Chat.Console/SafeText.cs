using System.Globalization;

namespace Chat.Terminal;

/// <summary>Makes text of others safe to print: it must not move the cursor, ring the bell or change the direction of text.</summary>
internal static class SafeText
{
    public static string Of(string text) => string.Concat(text.Select(c => IsSafe(c) ? c : ' '));

    private static bool IsSafe(char c) =>
        !char.IsControl(c) && !IsDirection(c) && char.GetUnicodeCategory(c) is not (UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    private static bool IsDirection(char c) => c is '\u061c' or '\u200e' or '\u200f' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}
