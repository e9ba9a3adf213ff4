using Chat.Protocol;
using Chat.Server.Log;
using Chat.Server.Storage.Sqlite.Index;

namespace Chat.Server.Storage.Sqlite.Reading;

/// <summary>Reads pages of a user's conversations, each from one snapshot of the file.</summary>
internal sealed class ConversationPages(SqliteSession session, ConversationQueries counts, StreamQueries streams)
{
    private readonly Statement findReadMark = session.Prepare("SELECT offset, sent FROM read_mark WHERE user = ? AND conversation = ?");
    private readonly Statement findNumber = session.Prepare("SELECT message FROM entry WHERE stream = ? AND offset = ?");
    private readonly Statement findMessage = session.Prepare("SELECT id, sender, recipient, sent_at, content FROM message WHERE number = ?");

    /// <summary>Returns the user's read mark; null if there is none.</summary>
    public StoredReadMark? FindReadMark(string user, string conversation)
    {
        if (!findReadMark.Bind(1, user).Bind(2, conversation).Step())
            return null;
        var mark = new StoredReadMark(findReadMark.Int64(0), findReadMark.Int64(1));
        findReadMark.Reset();
        return mark;
    }

    /// <returns>Null if <see cref="ConversationQuery.Before"/> is not a conversation of the user.</returns>
    public ConversationsAnswer? Read(ConversationQuery query)
    {
        var mailbox = query.Mailbox is null ? null : Kept(query.Mailbox, query.RetentionCount);
        var rooms = query.Rooms.Select(room => Room(room.Name, room.View is null ? null : Kept(room.View, query.RetentionCount))).ToList();
        var (older, after) = (long.MaxValue, "");
        if (query.Before is { } before)
            if (rooms.Find(room => room.Name == before) is { } room)
                (older, after) = room.IsEmpty ? (0, before) : (room.Message, "");
            else if (mailbox?.Find(before) is { } person)
                older = person.Message;
            else
                return null;

        var people = mailbox is null ? [] : mailbox.Older(older).Select(person => new Candidate(person.Peer, mailbox, person.Message, person.Offset, person));
        var dated = Merge(people, rooms.Where(room => !room.IsEmpty && room.Message < older).OrderByDescending(room => room.Message));
        return Collect(dated.Concat(rooms.Where(room => room.IsEmpty && string.CompareOrdinal(room.Name, after) > 0)), query);
    }

    private static IEnumerable<Candidate> Merge(IEnumerable<Candidate> people, IEnumerable<Candidate> rooms)
    {
        var waiting = new Queue<Candidate>(rooms);
        foreach (var person in people)
        {
            while (waiting.TryPeek(out var room) && room.Message > person.Message)
                yield return waiting.Dequeue();
            yield return person;
        }
        foreach (var room in waiting)
            yield return room;
    }

    private ConversationsAnswer Collect(IEnumerable<Candidate> candidates, ConversationQuery query)
    {
        var page = new List<Conversation>();
        var bytes = 0;
        foreach (var candidate in candidates)
        {
            var last = candidate.IsEmpty ? null : Last(candidate, query);
            if (last is null && !candidate.IsRoom)
                continue; // another program has deleted the message from the file
            bytes += last is null ? 0 : MessageSize.InJson(last);
            if (page.Count == query.Limit.Messages || (page.Count > 0 && bytes > query.Limit.Bytes))
                return new ConversationsAnswer(page, More: true);
            var read = FindReadMark(query.User, candidate.Name) ?? default;
            page.Add(new Conversation(
                candidate.IsRoom ? null : candidate.Name, candidate.IsRoom ? candidate.Name : null, last,
                Unread(candidate, query.User, read), query.Ids.PositionAt(read.Offset)));
        }
        return new ConversationsAnswer(page, More: false);
    }

    private static long Unread(Candidate candidate, string user, StoredReadMark read)
    {
        if (!candidate.IsRoom)
            return candidate.Name == user ? 0 : candidate.Stream!.CountSentAfter(candidate.Count!.Value, read);
        if (candidate.IsEmpty)
            return 0;
        var own = candidate.Stream!.Find(user) is { } sent ? candidate.Stream.CountSentAfter(sent, read) : 0;
        return Math.Max(0, candidate.Stream.CountAfter(read.Offset) - own);
    }

    private KeptStream Kept(StreamView view, int retentionCount) => new(view, streams.Find(view.Stream.Name)?.Bounds.Trimmed ?? 0, retentionCount, counts);

    private Candidate Room(string name, KeptStream? stream)
    {
        if (stream?.IsEmpty != false)
            return new Candidate(name, null, 0, 0, null);
        var number = stream.View.Newest ?? findNumber.Bind(1, stream.View.Stream.Id).Bind(2, stream.Head).FirstInt64() ?? 0;
        return new Candidate(name, stream, number, stream.Head, null);
    }

    /// <summary>Returns the newest message; null if it is not in the file.</summary>
    private Message? Last(Candidate candidate, ConversationQuery query)
    {
        if (!findMessage.Bind(1, candidate.Message).Step())
            return null;
        var message = new Message
        {
            Stream = candidate.Stream!.Name,
            Offset = candidate.Offset,
            Position = query.Ids.PositionAt(candidate.Offset),
            Id = query.Ids.Of(candidate.Message, findMessage.Int64(3), findMessage.Text(0)),
            From = findMessage.Text(1),
            To = findMessage.Text(2),
            SentAt = DateTimeOffset.FromUnixTimeMilliseconds(findMessage.Int64(3)),
            Content = findMessage.Text(4),
        };
        findMessage.Reset();
        return message;
    }

    /// <param name="Message">Number of the newest message.</param>
    /// <param name="Offset">Offset of the newest message.</param>
    /// <param name="Count">The messages from and to the other user; null for a room.</param>
    private sealed record Candidate(string Name, KeptStream? Stream, long Message, long Offset, ConversationCount? Count)
    {
        public bool IsRoom => Name[0] == '#';

        /// <summary>Whether it is a room without a kept message.</summary>
        public bool IsEmpty => Message == 0;
    }
}

/// <summary>A page of conversations to read.</summary>
/// <param name="Mailbox">The user's mailbox in memory; null if it does not exist.</param>
/// <param name="Rooms">The user's rooms by name, each with its stream in memory; null for a room without a stream.</param>
/// <param name="Before">The page begins after this conversation; null for the newest.</param>
/// <param name="RetentionCount">Messages that a stream keeps; 0 for all.</param>
internal sealed record ConversationQuery(
    string User, StreamView? Mailbox, IReadOnlyList<(string Name, StreamView? View)> Rooms, string? Before, PageLimit Limit, int RetentionCount,
    MessageIds Ids);
