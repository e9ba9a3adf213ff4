using System.Globalization;
using Chat.Protocol;

namespace Chat.Terminal;

/// <summary>Prints messages to the output, one a line, and everything else beside it.</summary>
internal static class Output
{
    public static void Show(Message message) => Console.Out.WriteLine(
        Plain(string.Create(CultureInfo.InvariantCulture, $"{message.SentAt.ToLocalTime():HH:mm} {message.From} → {message.To}: {message.Content}")));

    public static void Say(string text) => Console.Error.WriteLine(Plain(text));

    // What others wrote must not move the cursor or ring the bell, nor turn around what stands beside it.
    private static string Plain(string text) => string.Concat(text.Select(c => char.IsControl(c) || IsDirection(c) ? ' ' : c));

    private static bool IsDirection(char c) => c is '\u061c' or '\u200e' or '\u200f' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}
