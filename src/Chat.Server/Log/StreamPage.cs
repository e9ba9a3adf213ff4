using Chat.Protocol;

namespace Chat.Server.Log;

/// <summary>Where a stream begins and ends.</summary>
/// <param name="Trimmed">Offset of the last message that retention removed; 0 when none was.</param>
/// <param name="Head">Offset of the newest message; 0 when the stream is empty.</param>
internal readonly record struct StreamBounds(long Trimmed, long Head);

/// <summary>Which page of a stream to read.</summary>
/// <param name="After">Read forward from this offset; null reads backward.</param>
/// <param name="Before">Read backward from below this offset; null starts at the head.</param>
/// <param name="With">Only the conversation with this user; with the stream's own, what the user wrote to itself.</param>
internal sealed record StreamQuery(string Stream, long? After, long? Before, string? With, PageLimit Limit)
{
    public static StreamQuery Following(string stream, long after, PageLimit limit) => new(stream, after, null, null, limit);
}

/// <summary>The most that one page may hold; a page holds at least one message if there is any.</summary>
/// <param name="MayBeEmpty">Unless it follows others in one answer.</param>
internal readonly record struct PageLimit(int Messages, int Bytes, bool MayBeEmpty = false)
{
    /// <summary>What is left for the next page of the same answer.</summary>
    public PageLimit After(IReadOnlyList<Message> page) =>
        page.Count == 0 ? this : new PageLimit(Messages - page.Count, Bytes - page.Sum(MessageSize.InJson), MayBeEmpty: true);
}

/// <summary>Messages without a hole between them (but for those that the query's filter left out), oldest first.</summary>
/// <param name="Bounds">The stream's bounds when the page was read.</param>
/// <param name="More">Whether there is more in the direction that was read.</param>
internal sealed record StreamPage(IReadOnlyList<Message> Messages, StreamBounds Bounds, bool More);

/// <summary>The user has everything up to the offset.</summary>
internal readonly record struct Confirmation(string User, string Stream, long Offset);
