using Chat.Protocol;

namespace Chat.Server.Messaging;

/// <summary>How much room a message takes in an answer.</summary>
internal static class MessageSize
{
    // Property names, punctuation, offset, position, a 36-character id and the time.
    private const int EnvelopeBytes = 240;

    /// <summary>An upper bound of the message's JSON form, in bytes.</summary>
    public static int InJson(Message message) =>
        EnvelopeBytes + InJson(message.Stream) + InJson(message.From) + InJson(message.To) + InJson(message.Content);

    private static int InJson(string text)
    {
        var bytes = 0;
        foreach (var c in text)
            bytes += c switch
            {
                < ' ' or '\x7f' => 6,
                '"' or '\\' => 2,
                < '\x80' => 1,
                < '\x800' => 2,
                // The encoder writes what is outside the basic plane, private or undefined there as \uXXXX.
                >= '\ud800' and < '\uf900' or >= '\ufff0' => 6,
                _ => 3,
            };
        return bytes;
    }
}
