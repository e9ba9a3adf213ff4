using System.Globalization;

namespace Chat.Protocol;

/// <summary>The limit of one call of the hub. The server ends a connection at a larger call, and its close message names the limit.</summary>
public static class CallLimit
{
    private const string Start = "A call has at most ";

    /// <summary>The text with which the server ends the connection.</summary>
    /// <param name="maxCallBytes">Most bytes of a call.</param>
    /// <param name="maxFrameBytes">The setting that the limit comes from.</param>
    public static string Text(long maxCallBytes, int maxFrameBytes) =>
        string.Create(CultureInfo.InvariantCulture, $"{Start}{maxCallBytes} bytes: the server's Chat:Messaging:MaxFrameBytes is {maxFrameBytes}.");

    /// <summary>Most bytes of a call, read from the text; null when the text is about something else.</summary>
    public static long? Read(string text)
    {
        if (!text.StartsWith(Start, StringComparison.Ordinal))
            return null;
        var number = text.AsSpan(Start.Length);
        var end = number.IndexOf(' ');
        return end > 0 && long.TryParse(number[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes : null;
    }
}
