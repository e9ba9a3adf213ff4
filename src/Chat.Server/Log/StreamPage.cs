using Chat.Protocol;

namespace Chat.Server.Log;

/// <summary>The bounds of a stream.</summary>
/// <param name="Trimmed">Offset of the last message that retention removed; 0 for none.</param>
/// <param name="Head">Offset of the newest message; 0 if the stream is empty.</param>
internal readonly record struct StreamBounds(long Trimmed, long Head);

/// <summary>A page of a stream to read.</summary>
/// <param name="After">Reads forward from this offset; null reads backward.</param>
/// <param name="Before">Reads backward from below this offset; null starts at the head.</param>
/// <param name="With">Reads only the conversation with this user. For the owner of the mailbox: its messages to itself.</param>
internal sealed record StreamQuery(string Stream, long? After, long? Before, string? With, PageLimit Limit)
{
    public static StreamQuery Following(string stream, long after, PageLimit limit) => new(stream, after, null, null, limit);
}

/// <summary>Limits a page. A page holds at least one message, if there is any.</summary>
/// <param name="MayBeEmpty">Whether a page may be empty because its first message is too large: it follows another page in the same answer.</param>
internal readonly record struct PageLimit(int Messages, int Bytes, bool MayBeEmpty = false)
{
    /// <summary>Returns the limit that remains for the next page of the same answer.</summary>
    public PageLimit After(IReadOnlyList<Message> page) =>
        page.Count == 0 ? this : new PageLimit(Messages - page.Count, Bytes - page.Sum(MessageSize.InJson), MayBeEmpty: true);
}

/// <summary>Messages without a hole between them, except for filtered ones, oldest first.</summary>
/// <param name="Bounds">The stream's bounds when the page was read.</param>
/// <param name="More">Whether more messages follow in the read direction.</param>
internal sealed record StreamPage(IReadOnlyList<Message> Messages, StreamBounds Bounds, bool More);

/// <summary>States that the user has received the stream up to an offset.</summary>
internal readonly record struct Confirmation(string User, string Stream, long Offset);
