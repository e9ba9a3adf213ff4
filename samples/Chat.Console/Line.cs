using System.Globalization;
using Chat.Protocol;

namespace Chat.Terminal;

/// <summary>Formats messages and conversations as one line.</summary>
internal static class Line
{
    private const int PreviewLength = 60;

    public static string Of(Message message) => $"{Time(message)} {SafeText.Of($"{message.From} → {message.To}: {message.Content}")}";

    public static string Time(Message message) => message.SentAt.ToLocalTime().ToString("HH:mm", CultureInfo.InvariantCulture);

    /// <summary>Returns the name, the unread count and a preview of the last message.</summary>
    public static (string Name, string Unread, string Last) Of(Conversation conversation) => (
        SafeText.Of(conversation.Room ?? conversation.With ?? ""),
        conversation.Unread > 0 ? $"{conversation.Unread} unread" : "",
        conversation.Last is { } last ? Preview($"{last.SentAt.ToLocalTime():yyyy-MM-dd HH:mm} {last.From}: {SafeText.Of(last.Content)}") : "");

    private static string Preview(string text) =>
        new StringInfo(text) is { LengthInTextElements: > PreviewLength } info ? info.SubstringByTextElements(0, PreviewLength) + "…" : text;
}
