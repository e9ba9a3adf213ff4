using System.Buffers;
using System.Text;

namespace Chat.Protocol;

/// <summary>One frame of the old raw protocol, <c>userid:toUserid:content</c>, as a view over its UTF-8 bytes.</summary>
public readonly ref struct ColonFrame
{
    private ColonFrame(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, ReadOnlySpan<byte> content)
    {
        From = from;
        To = to;
        Content = content;
    }

    /// <summary>The sender's name, unchecked.</summary>
    public ReadOnlySpan<byte> From { get; }

    /// <summary>The target's name, unchecked.</summary>
    public ReadOnlySpan<byte> To { get; }

    /// <summary>Everything after the second colon, including further colons and line breaks.</summary>
    public ReadOnlySpan<byte> Content { get; }

    /// <summary>Splits at the first two colons. Returns false when there are fewer.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out ColonFrame frame)
    {
        frame = default;
        var first = bytes.IndexOf((byte)':');
        if (first < 0)
            return false;
        var rest = bytes[(first + 1)..];
        var second = rest.IndexOf((byte)':');
        if (second < 0)
            return false;
        frame = new ColonFrame(bytes[..first], rest[..second], rest[(second + 1)..]);
        return true;
    }

    /// <summary>Returns the sender's user id; null when it is not valid.</summary>
    public string? UserId() => Sender() is var text && Name.IsUserId(text) ? text : null;

    /// <summary>Returns the sender as text, valid or not. A name that is too long is cut, but stays too long.</summary>
    public string Sender() => TextOf(From);

    /// <summary>Whether the target begins with <c>#</c> or <c>$</c>.</summary>
    public bool IsToRoomOrTopic => !To.IsEmpty && To[0] is (byte)'#' or (byte)'$';

    /// <summary>Writes the frame that a recipient receives: <c>from:content</c>, or <c>#room:from:content</c>.</summary>
    public static void Write(IBufferWriter<byte> output, Message message)
    {
        if (message.IsInRoom)
            WritePart(output, message.Stream);
        WritePart(output, message.From);
        Encoding.UTF8.GetBytes(message.Content, output);
    }

    /// <summary>Returns the frame that a subscriber receives: <c>$topic:value</c>.</summary>
    public static byte[] Of(TopicValue value) => Encoding.UTF8.GetBytes($"{value.Topic}:{value.Value.GetRawText()}");

    private static void WritePart(IBufferWriter<byte> output, string part)
    {
        Encoding.UTF8.GetBytes(part, output);
        output.Write(":"u8);
    }

    /// <summary>Returns the target as text, valid or not. A name that is too long is cut, but stays too long.</summary>
    public string Target() => TextOf(To);

    // Bounds the string that a long name costs. The rest still has at least one character more than Name.MaxLength.
    private static string TextOf(ReadOnlySpan<byte> name) => Encoding.UTF8.GetString(name[..Math.Min(name.Length, Name.MaxBytes + 4)]);
}
