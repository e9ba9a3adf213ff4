using System.Text;
using System.Text.Encodings.Web;
using Chat.Protocol;

namespace Chat.Server.Log;

/// <summary>How much room a message takes in JSON, which is what hub connections are mostly sent.</summary>
internal static class MessageSize
{
    // Property names, punctuation, offset, position, a 36-character id, the time, and the invocation around it.
    private const int EnvelopeBytes = 320;

    // The same of a stream's place in an answer of Resume, with two positions and a reason.
    private const int ResumedStreamBytes = 240;

    private static readonly byte[] BytesInJson = CreateTable();

    /// <summary>An upper bound of the message's JSON form, in bytes.</summary>
    public static int InJson(Message message) => InJson(message.Stream, message.From, message.To, message.Content);

    /// <summary>The same for a draft's entries, whichever mailbox they are in.</summary>
    public static int InJson(Draft draft) => InJson(draft.To.Length > draft.From.Length ? draft.To : draft.From, draft.From, draft.To, draft.Content);

    /// <summary>An upper bound of what an answer of <see cref="IChatHub.Resume"/> says of a stream besides its messages, in bytes.</summary>
    public static int InResume(string stream) => ResumedStreamBytes + InJson(stream);

    private static int InJson(string stream, string from, string to, string content) =>
        EnvelopeBytes + InJson(stream) + InJson(from) + InJson(to) + InJson(content);

    private static int InJson(string text)
    {
        var bytes = 0;
        foreach (var c in text)
            bytes += BytesInJson[c];
        return bytes;
    }

    /// <summary>What the encoder of SignalR's JSON protocol makes of each character; of half a surrogate pair, half of what it makes of the pair.</summary>
    private static byte[] CreateTable()
    {
        var encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        var table = new byte[char.MaxValue + 1];
        Span<byte> utf8 = stackalloc byte[3];
        Span<byte> encoded = stackalloc byte[12];
        for (var c = 0; c <= char.MaxValue; c++)
            if (char.IsSurrogate((char)c))
                table[c] = 6;
            else
            {
                encoder.EncodeUtf8(utf8[..new Rune(c).EncodeToUtf8(utf8)], encoded, out _, out var written);
                table[c] = (byte)written;
            }
        return table;
    }
}
