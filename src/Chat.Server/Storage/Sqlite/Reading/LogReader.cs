using System.Text.Json;
using Chat.Protocol;
using Chat.Server.Log;
using Chat.Server.Storage.Sqlite.Files;
using Chat.Server.Storage.Sqlite.Index;

namespace Chat.Server.Storage.Sqlite.Reading;

/// <summary>A connection for reading. One caller at a time uses it.</summary>
internal sealed class LogReader : IDisposable
{
    private const string Columns = "m.number, m.id, m.sender, m.recipient, m.sent_at, m.content";

    private readonly SqliteSession session;
    private readonly StreamQueries streams;
    private readonly ConversationQueries counts;
    private readonly ConversationPages conversations;
    private readonly Statement begin, end, findConfirmed, findUsers, findBanned, findValue, readForward, readBackward, readMessage;

    private LogReader(SqliteSession session)
    {
        this.session = session;
        streams = new StreamQueries(session);
        Members = new MemberQueries(session);
        counts = new ConversationQueries(session);
        conversations = new ConversationPages(session, counts, streams);
        begin = session.Prepare("BEGIN");
        end = session.Prepare("COMMIT");
        findConfirmed = session.Prepare("SELECT offset FROM confirmed WHERE user = ? AND stream = ?");
        findUsers = session.Prepare("SELECT name FROM stream WHERE name >= ? AND (name < '#' OR name >= '$') ORDER BY name");
        findBanned = session.Prepare("SELECT user FROM ban");
        findValue = session.Prepare("SELECT value, version, published_at FROM topic WHERE name = ?");
        readForward = session.Prepare($"""
            SELECT e.offset, {Columns} FROM entry e JOIN message m ON m.number = e.message
            WHERE e.stream = ?1 AND e.offset > ?2 AND e.offset < ?3 AND {IsWith(4)} ORDER BY e.offset
            """);
        readBackward = session.Prepare($"""
            SELECT e.offset, {Columns} FROM entry e JOIN message m ON m.number = e.message
            WHERE e.stream = ?1 AND e.offset > ?2 AND e.offset < ?3 AND {IsWith(4)} ORDER BY e.offset DESC
            """);
        readMessage = session.Prepare($"SELECT 0, {Columns} FROM message m WHERE m.number = ?1 AND {IsWith(2)}");
    }

    public MemberQueries Members { get; }

    public static LogReader Open(SqliteFile file)
    {
        var session = file.OpenReader();
        try
        {
            return new LogReader(session);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <inheritdoc cref="StreamQueries.Find"/>
    public StreamState? FindStream(string name) => streams.Find(name);

    public long Confirmed(string user, string stream) => findConfirmed.Bind(1, user).Bind(2, stream).FirstInt64() ?? 0;

    public List<string> Banned()
    {
        var users = new List<string>();
        while (findBanned.Step())
            users.Add(findBanned.Text(0));
        return users;
    }

    public List<string> Users(string prefix, int limit)
    {
        var users = new List<string>();
        findUsers.Bind(1, prefix);
        while (users.Count < limit && findUsers.Step())
        {
            var name = findUsers.Text(0);
            if (!name.StartsWith(prefix, StringComparison.Ordinal))
                break;
            users.Add(name);
        }
        findUsers.Reset();
        return users;
    }

    public TopicValue? Value(string topic)
    {
        if (!findValue.Bind(1, topic).Step())
            return null;
        using var json = JsonDocument.Parse(findValue.Text(0));
        var value = new TopicValue(topic, json.RootElement.Clone(), findValue.Int64(1), DateTimeOffset.FromUnixTimeMilliseconds(findValue.Int64(2)));
        findValue.Reset();
        return value;
    }

    /// <inheritdoc cref="ConversationPages.Read"/>
    public ConversationsAnswer? Conversations(ConversationQuery query) => InSnapshot(() => conversations.Read(query));

    /// <inheritdoc cref="ConversationPages.FindReadMark"/>
    public StoredReadMark? FindReadMark(string user, string conversation) => conversations.FindReadMark(user, conversation);

    /// <inheritdoc cref="ConversationQueries.CountSent"/>
    public long? CountSent(StreamView view, string peer, long upTo) => InSnapshot(() => counts.CountSent(view, peer, upTo));

    /// <summary>Fills the page with messages above <paramref name="after"/> and below <paramref name="before"/>, in the query's direction.</summary>
    public void Read(StreamState stream, long after, long before, StreamQuery query, PageCollector page)
    {
        // Memory first, then one snapshot of the file: messages that leave memory in between are in the file.
        var tail = stream.CopyTail(after, before, out var first);
        InSnapshot(() => query.After is null
            ? ReadTail(Enumerable.Range(0, tail.Length).Reverse(), stream.Name, tail, first, query.With, page)
                && ReadIndex(readBackward, stream, after, Math.Min(before, first), query.With, page)
            : ReadIndex(readForward, stream, after, Math.Min(before, first), query.With, page)
                && ReadTail(Enumerable.Range(0, tail.Length), stream.Name, tail, first, query.With, page));
    }

    public void Dispose() => session.Dispose();

    private T InSnapshot<T>(Func<T> read)
    {
        begin.Run();
        try
        {
            return read();
        }
        finally
        {
            end.Run();
        }
    }

    // Compares the other user of the message with the filter. In a message to oneself, both users are the owner.
    private static string IsWith(int parameter) => $"(?{parameter} = '' OR iif(m.sender = ?{parameter + 1}, m.recipient, m.sender) = ?{parameter})";

    private static bool ReadIndex(Statement read, StreamState stream, long after, long before, string? with, PageCollector page)
    {
        if (after + 1 >= before)
            return true;
        read.Bind(1, stream.Id).Bind(2, after).Bind(3, before).Bind(4, with ?? "").Bind(5, stream.Name);
        while (read.Step())
            if (!Add(read, read.Int64(0), page))
            {
                read.Reset();
                return false;
            }
        return true;
    }

    private bool ReadTail(IEnumerable<int> order, string owner, long[] tail, long first, string? with, PageCollector page)
    {
        foreach (var at in order)
        {
            var fits = true;
            readMessage.Bind(1, tail[at]).Bind(2, with ?? "").Bind(3, owner);
            while (readMessage.Step())
                fits &= Add(readMessage, first + at, page);
            if (!fits)
                return false;
        }
        return true;
    }

    private static bool Add(Statement row, long offset, PageCollector page) =>
        page.TryAdd(offset, row.Int64(1), row.Text(2), row.Text(3), row.Text(4), row.Int64(5), row.Text(6));
}
