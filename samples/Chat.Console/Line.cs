using System.Globalization;
using Chat.Protocol;

namespace Chat.Terminal;

/// <summary>How things are written in one line.</summary>
internal static class Line
{
    private const int PreviewLength = 60;

    public static string Of(Message message) => $"{Time(message)} {Harmless.Text($"{message.From} → {message.To}: {message.Content}")}";

    public static string Time(Message message) => message.SentAt.ToLocalTime().ToString("HH:mm", CultureInfo.InvariantCulture);

    /// <summary>Its name, what is unread, and how it ends.</summary>
    public static (string Name, string Unread, string Last) Of(Conversation conversation) => (
        Harmless.Text(conversation.Room ?? conversation.With ?? ""),
        conversation.Unread > 0 ? $"{conversation.Unread} unread" : "",
        conversation.Last is { } last ? Preview($"{last.SentAt.ToLocalTime():yyyy-MM-dd HH:mm} {last.From}: {Harmless.Text(last.Content)}") : "");

    private static string Preview(string text) =>
        new StringInfo(text) is { LengthInTextElements: > PreviewLength } info ? info.SubstringByTextElements(0, PreviewLength) + "…" : text;
}
