using System.Globalization;
using Chat.Protocol;

namespace Chat.Terminal;

/// <summary>Prints messages to the output, one a line, and everything else beside it.</summary>
internal static class Output
{
    public static void Show(Message message) => Console.Out.WriteLine(
        Plain(string.Create(CultureInfo.InvariantCulture, $"{message.SentAt.ToLocalTime():HH:mm} {message.From} → {message.To}: {message.Content}")));

    public static void Say(string text) => Console.Error.WriteLine(Plain(text));

    // What others wrote must not move the cursor or ring the bell.
    private static string Plain(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
}
