using System.Text;
using System.Text.Encodings.Web;
using Chat.Protocol;

namespace Chat.Server.Log;

/// <summary>Estimates the size of messages in JSON, the usual encoding of hub connections.</summary>
internal static class MessageSize
{
    // Property names, punctuation, offset, position, a 36-character id, the time, and the invocation around the message.
    private const int EnvelopeBytes = 320;

    // The same for a stream in an answer of Resume, with two positions and a reason.
    private const int ResumedStreamBytes = 240;

    private static readonly byte[] BytesInJson = CreateTable();

    /// <summary>Returns an upper bound of the message's JSON size, in bytes.</summary>
    public static int InJson(Message message) => InJson(message.Stream, message.From, message.To, message.Content);

    /// <summary>Returns the same bound for a draft's entries in any stream.</summary>
    public static int InJson(Draft draft) => InJson(draft.To.Length > draft.From.Length ? draft.To : draft.From, draft.From, draft.To, draft.Content);

    /// <summary>Returns an upper bound of a stream's JSON size in an answer of <see cref="IChatHub.Resume"/>, without its messages.</summary>
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

    /// <summary>Computes each character's size in SignalR's JSON encoding; a surrogate counts for half of its pair.</summary>
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
