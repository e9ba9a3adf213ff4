using Chat.Server.Storage.Sqlite.Index;

namespace Chat.Server.Storage.Sqlite.Reading;

/// <summary>Counts messages by sender, in memory and in the file together.</summary>
/// <remarks>The caller copies memory first and then reads one snapshot of the file: messages that leave memory in between are in the file. A row may count
/// messages that memory holds as well; its offset says up to which.</remarks>
internal sealed class ConversationQueries(SqliteSession session)
{
    private readonly Statement find = session.Prepare("SELECT peer, message, offset, sent, trimmed FROM conversation WHERE stream = ? AND peer = ?");
    private readonly Statement findOlder = session.Prepare(
        "SELECT peer, message, offset, sent, trimmed FROM conversation WHERE stream = ? AND message < ? ORDER BY message DESC");

    private readonly Statement countSent = session.Prepare("""
        SELECT coalesce(sum(m.sender = ?4), 0), coalesce(max(e.offset), 0) FROM entry e JOIN message m ON m.number = e.message
        WHERE e.stream = ?1 AND e.offset > ?2 AND e.offset <= ?3
        """);

    private readonly Statement countSenders = session.Prepare("""
        SELECT m.sender, count(*), max(e.offset) FROM entry e JOIN message m ON m.number = e.message
        WHERE e.stream = ?1 AND e.offset > ?2 AND e.offset <= ?3 GROUP BY m.sender
        """);

    /// <summary>Returns the conversation with a peer; null if the stream never held one.</summary>
    public ConversationCount? Find(StreamView view, string peer)
    {
        var tail = view.Conversations.GetValueOrDefault(peer);
        if (!find.Bind(1, view.Stream.Id).Bind(2, peer).Step())
            return tail is null ? null : new ConversationCount(peer, tail.Message, tail.Offset, tail.CountSent(0), 0);
        var row = Row(find);
        find.Reset();
        return tail is null ? row : row with
        {
            Message = Math.Max(row.Message, tail.Message),
            Offset = Math.Max(row.Offset, tail.Offset),
            Sent = row.Sent + tail.CountSent(row.Offset),
        };
    }

    /// <summary>Returns the conversations whose newest message is older than a given one, newest first.</summary>
    public IEnumerable<ConversationCount> Older(StreamView view, long message)
    {
        var waiting = new Queue<string>(
            view.Conversations.Where(tail => tail.Value.Message < message).OrderByDescending(tail => tail.Value.Message).Select(tail => tail.Key));
        try
        {
            findOlder.Bind(1, view.Stream.Id).Bind(2, message);
            while (findOlder.Step())
            {
                var row = Row(findOlder);
                if (view.Conversations.ContainsKey(row.Peer))
                    continue;
                while (waiting.TryPeek(out var peer) && view.Conversations[peer].Message > row.Message)
                    yield return Find(view, waiting.Dequeue())!.Value;
                yield return row;
            }
            foreach (var peer in waiting)
                yield return Find(view, peer)!.Value;
        }
        finally
        {
            findOlder.Reset();
        }
    }

    /// <summary>Counts the peer's messages up to an offset. Removed ones may count or not.</summary>
    /// <remarks>Reads only the counts, if no message of the conversation follows the offset; otherwise it reads the messages after the offset.</remarks>
    /// <returns>Null if the stream never held a message from or to the peer.</returns>
    public long? CountSent(StreamView view, string peer, long upTo)
    {
        if (Find(view, peer) is not { } count)
            return null;
        if (upTo >= count.Offset)
            return count.Sent;
        countSent.Bind(1, view.Stream.Id).Bind(2, upTo).Bind(3, count.Offset).Bind(4, peer).Step();
        var (after, indexed) = (countSent.Int64(0), countSent.Int64(1));
        countSent.Reset();
        var tail = view.Conversations.GetValueOrDefault(peer)?.CountSent(Math.Max(upTo, indexed), count.Offset) ?? 0;
        return count.Sent - after - tail;
    }

    /// <summary>Counts the messages after one offset and up to another by sender.</summary>
    public Func<string, long> CountSenders(StreamView view, long after, long upTo)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        var indexed = after;
        countSenders.Bind(1, view.Stream.Id).Bind(2, after).Bind(3, upTo);
        while (countSenders.Step())
        {
            counts[countSenders.Text(0)] = countSenders.Int64(1);
            indexed = Math.Max(indexed, countSenders.Int64(2));
        }
        return sender => counts.GetValueOrDefault(sender) + (view.Conversations.GetValueOrDefault(sender)?.CountSent(indexed, upTo) ?? 0);
    }

    private static ConversationCount Row(Statement row) => new(row.Text(0), row.Int64(1), row.Int64(2), row.Int64(3), row.Int64(4));
}

/// <summary>The messages of a stream from and to a peer.</summary>
/// <param name="Message">Number of the newest message.</param>
/// <param name="Offset">Offset of the newest message.</param>
/// <param name="Sent">All messages from the peer, removed ones included.</param>
/// <param name="Trimmed">Messages from the peer that were removed from the file.</param>
internal readonly record struct ConversationCount(string Peer, long Message, long Offset, long Sent, long Trimmed);
