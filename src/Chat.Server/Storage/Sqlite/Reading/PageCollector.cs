using Chat.Protocol;
using Chat.Server.Log;

namespace Chat.Server.Storage.Sqlite.Reading;

/// <summary>Collects messages until a page is full.</summary>
internal sealed class PageCollector(string stream, MessageIds ids, PageLimit limit)
{
    private readonly List<Message> messages = [];
    private int bytes;

    public List<Message> Messages => messages;

    /// <summary>Whether a message did not fit.</summary>
    public bool More { get; private set; }

    /// <summary>Adds a message from its row; false if it does not fit, and the page is complete.</summary>
    public bool TryAdd(long offset, long number, string id, string from, string to, long sentAt, string content)
    {
        if (messages.Count == limit.Messages)
            return !(More = true);
        var message = new Message
        {
            Stream = stream,
            Offset = offset,
            Position = ids.PositionAt(offset),
            Id = ids.Of(number, sentAt, id),
            From = from,
            To = to,
            Content = content,
            SentAt = DateTimeOffset.FromUnixTimeMilliseconds(sentAt),
        };
        var size = MessageSize.InJson(message);
        if ((messages.Count > 0 || limit.MayBeEmpty) && bytes + size > limit.Bytes)
            return !(More = true);
        bytes += size;
        messages.Add(message);
        return true;
    }

    /// <summary>Whether the page holds all messages after one offset and up to another, or the first of them that fit.</summary>
    public bool IsWhole(long after, long upTo)
    {
        for (var i = 0; i < messages.Count; i++)
            if (messages[i].Offset != after + 1 + i)
                return false;
        return More || after + messages.Count >= upTo;
    }
}
