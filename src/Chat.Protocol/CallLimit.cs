using System.Globalization;

namespace Chat.Protocol;

/// <summary>The size limit of one hub call. A larger call ends the connection, and the close message names the limit.</summary>
public static class CallLimit
{
    private const string Start = "A call has at most ";

    /// <summary>Returns the text of the close message.</summary>
    /// <param name="maxCallBytes">The limit in bytes.</param>
    /// <param name="maxFrameBytes">The server's <c>Chat:Messaging:MaxFrameBytes</c>; see <see cref="SendRequest.MaxCallBytes"/>.</param>
    public static string Text(long maxCallBytes, int maxFrameBytes) =>
        string.Create(CultureInfo.InvariantCulture, $"{Start}{maxCallBytes} bytes: the server's Chat:Messaging:MaxFrameBytes is {maxFrameBytes}.");

    /// <summary>Reads the limit in bytes from a close message's text. Returns null for any other text.</summary>
    public static long? Read(string text)
    {
        if (!text.StartsWith(Start, StringComparison.Ordinal))
            return null;
        var number = text.AsSpan(Start.Length);
        var end = number.IndexOf(' ');
        return end > 0 && long.TryParse(number[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes : null;
    }
}
